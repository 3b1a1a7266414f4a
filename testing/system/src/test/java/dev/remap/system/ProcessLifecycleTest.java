// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static dev.remap.system.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.remap.Region;
import dev.remap.RemapException.Category;
import dev.remap.linux.FileIo;
import dev.remap.linux.Pidfd;
import dev.remap.linux.ProcFs;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is done to processes, and what Remap does then. The table in {@code docs/internals/process-lifecycle.md} is of these. */
@Timeout(90)
class ProcessLifecycleTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final int SIGABRT = 6;
    private static final int SIGCONT = 18;
    private static final int SIGSTOP = 19;
    private static final int KILLED = 128 + 9;
    private static final long STOP_NS = 700_000_000;

    @TempDir
    Path directory;

    @Test
    void aChildProcessHasNeitherRegionsNorDescriptors() throws IOException {
        try (OpenRegion open = OpenRegion.of(16 * Pages.MIB, Pages.MIB)) {
            Pages.stamp(open.region().segment(), 0, 256);
            String child = output("sh", "-c", "ls -l /proc/self/fd; cat /proc/self/maps");
            assertThat(child).contains("libc").doesNotContain("remap-").doesNotContain("userfaultfd");
            assertThat(Pages.wrongStamps(open.region().segment(), 0, 256)).isZero();
        }
    }

    @Test
    void aForkWithoutExecWouldNotInheritRegions() throws IOException {
        try (OpenRegion open = OpenRegion.of(16 * Pages.MIB, Pages.MIB)) {
            assertThat(flags("self", "remap-region-")).as("VmFlags of a region").contains(" dc");
            assertThat(flags(managerOf(open), "remap-zram-"))
                    .as("VmFlags of the pool")
                    .contains(" dc");
        }
    }

    @Test
    void coreDumpsLeaveRegionsOut() throws IOException {
        try (OpenRegion open = OpenRegion.of(16 * Pages.MIB, Pages.MIB)) {
            assertThat(flags("self", "remap-region-")).as("VmFlags of a region").contains(" dd");
            assertThat(flags(managerOf(open), "remap-zram-"))
                    .as("VmFlags of the pool")
                    .contains(" dd");
        }
    }

    @Test
    void aRealCoreDumpHasNoByteOfARegion() throws IOException {
        Path pattern = Path.of("/proc/sys/kernel/core_pattern");
        assumeTrue(ProcFs.read(pattern).strip().equals("core"), "core dumps go elsewhere");
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -c unlimited && exec \"$@\"", "sh"));
        command.addAll(ChildJvm.command(
                List.of("-Xmx32m"), System.getProperty("java.class.path"), LifecycleMain.class.getName(), "hold"));
        try (ChildJvm child = ChildJvm.launch(directory, command)) {
            long address = Long.parseLong(child.awaitLine("written", LIMIT));
            signal(child.pid(), SIGABRT);
            assertThat(child.awaitExit(LIMIT)).isEqualTo(128 + SIGABRT);
            File[] cores = directory.toFile().listFiles((_, name) -> name.startsWith("core"));
            assumeTrue(cores != null && cores.length == 1, "no core dump was written");
            Path core = cores[0].toPath();
            assertThat(CoreFile.dumpedBytes(core, 0, Long.MAX_VALUE)).isGreaterThan(4 * Pages.MIB);
            assertThat(CoreFile.dumpedBytes(core, address, address + 64 * Pages.MIB))
                    .as("bytes of the region")
                    .isZero();
        }
    }

    /** Without care, mlockall(MCL_FUTURE) would bring in every page of a new region at once. */
    @Test
    void aLockedProcessHasRegionsThatAreNotLocked() throws IOException {
        assumeTrue(output("sh", "-c", "ulimit -l").strip().equals("unlimited") || isRoot(), "mlockall needs a limit");
        try (ChildJvm child = ChildJvm.start(directory, List.of("-Xmx64m"), LifecycleMain.class, "locked");
                Memfds memory = new Memfds()) {
            assertThat(child.awaitLine("mlockall", LIMIT)).isEqualTo("0");
            long manager = Long.parseLong(child.awaitLine("ready", LIMIT));
            child.awaitLine("written", LIMIT);
            assertThat(flags(Long.toString(child.pid()), "remap-region-")).doesNotContain(" lo");
            memory.add(child.pid(), manager);
            assertThat(memory.allocatedBytes()).as(memory.describe()).isLessThan(24 * Pages.MIB);
            child.send("go on");
            assertThat(child.awaitLine("wrong", LIMIT)).isEqualTo("0");
            assertThat(child.awaitExit(LIMIT)).isZero();
        }
    }

    @Test
    void aStoppedApplicationOnlyWaits() throws IOException {
        try (ChildJvm child = ChildJvm.start(directory, List.of(), LifecycleMain.class, "pages")) {
            long manager = Long.parseLong(child.awaitLine("ready", LIMIT));
            child.awaitLine("round 3", LIMIT);
            signal(child.pid(), SIGSTOP);
            LockSupport.parkNanos(STOP_NS);
            String stopped = child.output();
            long ticks = cpuTicks(manager);
            LockSupport.parkNanos(STOP_NS);
            assertThat(child.output()).as("output while it is stopped").isEqualTo(stopped);
            assertThat(cpuTicks(manager) - ticks)
                    .as("CPU time of its manager, in 10 ms")
                    .isLessThan(15);
            signal(child.pid(), SIGCONT);
            Eventually.await("it goes on", SOON, () -> child.output().length() > stopped.length());
            child.send("end");
            assertThat(child.awaitLine("wrong", LIMIT)).isEqualTo("0");
            assertThat(child.awaitExit(LIMIT)).isZero();
        }
    }

    @Test
    void touchesWaitForAStoppedManagerAndGetTheirBytes() throws Exception {
        try (OpenRegion open = OpenRegion.of(16 * Pages.MIB, 4 * Pages.MIB)) {
            Region region = open.region();
            Pages.writeTexts(region.segment(), 0, 1024);
            Eviction.of(region, 0, 4 * Pages.MIB);
            long manager = open.remap().stats().managerPid();
            signal(manager, SIGSTOP);
            CompletableFuture<Long> touch;
            try {
                refused(Category.DEADLINE, () -> region.load(3 * Pages.MIB, Pages.SIZE, Duration.ofMillis(100)));
                touch = CompletableFuture.supplyAsync(() -> Pages.wrongTexts(region.segment(), 0, 512));
                LockSupport.parkNanos(STOP_NS);
                assertThat(touch).isNotDone();
            } finally {
                signal(manager, SIGCONT);
            }
            assertThat(touch.get(20, TimeUnit.SECONDS)).isZero();
        }
    }

    /** The kernel kills the application, whose pages they are; its manager ends with it and nothing is left. */
    @Test
    void anApplicationThatItsCgroupKillsTakesItsManagerAlong() throws IOException {
        Path group = memoryGroup();
        try (ChildJvm child = ChildJvm.start(directory, List.of("-Xmx512m"), LifecycleMain.class, "heap");
                Memfds memory = new Memfds()) {
            long manager = Long.parseLong(child.awaitLine("ready", LIMIT));
            child.awaitLine("written", LIMIT);
            memory.add(child.pid(), manager);
            Files.writeString(group.resolve("memory.limit_in_bytes"), Long.toString(48 * Pages.MIB));
            Files.writeString(group.resolve("cgroup.procs"), Long.toString(child.pid()));
            child.send("fill");
            assertThat(child.awaitExit(LIMIT)).isEqualTo(KILLED);
            Eventually.await(
                    "end of the manager", SOON, () -> !ProcessHandle.of(manager).isPresent());
            Eventually.await("nobody uses the memory", SOON, () -> !memory.heldByAnybody());
        } finally {
            Eventually.await(
                    "the group can be removed", SOON, () -> group.toFile().delete());
        }
    }

    /** A group of version 1; skips the test where none can be made. */
    private static Path memoryGroup() {
        File group = new File(
                "/sys/fs/cgroup/memory/remap-test-" + ProcessHandle.current().pid());
        assumeTrue(group.mkdir() && new File(group, "memory.limit_in_bytes").exists(), "no memory cgroup of version 1");
        return group.toPath();
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static String managerOf(OpenRegion open) {
        return Long.toString(open.remap().stats().managerPid());
    }

    /** The VmFlags of the first mapping whose file's name has this in it. */
    private static String flags(String pid, String name) {
        boolean here = false;
        for (String line : ProcFs.read(Path.of("/proc", pid, "smaps")).lines().toList()) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                here = line.contains(name);
            } else if (here && line.startsWith("VmFlags:")) {
                return line;
            }
        }
        throw new AssertionError("process " + pid + " maps no " + name);
    }

    private static void signal(long pid, int signal) {
        int pidfd = (int) Pidfd.open((int) pid);
        assertThat(Pidfd.sendSignal(pidfd, signal)).isZero();
        FileIo.close(pidfd);
    }

    private static long cpuTicks(long pid) {
        String stat = ProcFs.read(Path.of("/proc", Long.toString(pid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private static String output(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
