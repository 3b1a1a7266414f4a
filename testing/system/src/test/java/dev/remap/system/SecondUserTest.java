// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.linux.Mmap;
import dev.remap.linux.ProcFs;
import dev.remap.linux.UnixSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Another user of the host, and the application itself, try what they must not be able to do with Remap's memory. */
@Timeout(60)
class SecondUserTest {
    private static final String NOBODY = "65534";
    private static final List<String> KINDS =
            List.of("remap-region-", "remap-words-", "remap-counters", "remap-transfer", "remap-zram-");

    @TempDir
    Path directory;

    private Remap remap;
    private Region region;

    @BeforeEach
    void open() throws IOException {
        remap = Remap.open(RemapConfig.defaults().dramBytes(16 * Pages.MIB).spillDirectory(directory));
        region = remap.create("private", RegionSpec.ofSize(Pages.MIB).tiers("zram", "file"));
        Pages.writeTexts(region.segment(), 0, 256);
    }

    @AfterEach
    void close() {
        remap.close();
    }

    @Test
    void everyMemfdIsItsOwnersOnlyInBothProcesses() throws IOException {
        Map<String, Path> memfds = memfds();
        for (String kind : KINDS) {
            assertThat(memfds.keySet()).as(kind).anyMatch(name -> name.contains(kind));
        }
        for (Map.Entry<String, Path> memfd : memfds.entrySet()) {
            int mode = (Integer) Files.getAttribute(memfd.getValue(), "unix:mode") & 0777;
            assertThat(mode).as(memfd.getKey()).isEqualTo(0600);
        }
    }

    @Test
    void wordsAndCountersReachTheApplicationReadOnlyAndOfOneSize() {
        AtomicInteger found = new AtomicInteger();
        Memfds.forEach(ProcessHandle.current().pid(), (link, name) -> {
            int fd = Integer.parseInt(link.getFileName().toString());
            if (name.contains("remap-words") || name.contains("remap-counters")) {
                found.incrementAndGet();
                assertThat(FileIo.statusFlags(fd) & FileIo.O_ACCMODE).as(name).isEqualTo(FileIo.O_RDONLY);
                int both = Mmap.PROT_READ | Mmap.PROT_WRITE;
                assertThat(Mmap.map(0, 4096, both, Mmap.MAP_SHARED, fd, 0)).isEqualTo(-Errno.EACCES);
                assertThat(FileIo.ftruncate(fd, 0)).isNegative();
                assertThat(FileIo.punchHole(fd, 0, 4096)).isNegative();
                assertThat(Memfd.isFixed(fd, 4096)).as(name).isTrue();
            }
        });
        assertThat(found.get()).isGreaterThanOrEqualTo(2);
        assertThat(ProcFs.read(Path.of("/proc/self/maps")).lines().filter(line -> line.contains("remap-words")))
                .isNotEmpty()
                .allMatch(line -> line.contains(" r--s "));
    }

    @Test
    void whatHasAFixedSizeKeepsItWhoeverHoldsIt() throws IOException {
        for (Map.Entry<String, Path> memfd : memfds().entrySet()) {
            int fd = (int) FileIo.open(memfd.getValue().toString(), FileIo.O_RDWR | FileIo.O_CLOEXEC, 0);
            boolean fixed = !memfd.getKey().contains("remap-region-");
            if (fixed) {
                assertThat(FileIo.ftruncate(fd, 0)).as(memfd.getKey()).isEqualTo(-Errno.EPERM);
                assertThat(FileIo.ftruncate(fd, 1L << 40)).as(memfd.getKey()).isEqualTo(-Errno.EPERM);
            }
            FileIo.close(fd);
        }
        assertThat(Pages.wrongTexts(region.segment(), 0, 256)).isZero();
    }

    /** Another user sees neither descriptors nor memory of either process. */
    @Test
    void nobodyReachesNothingThroughProc() throws IOException {
        asRoot();
        for (long pid : pids()) {
            String address = Long.toString(region.segment().address());
            List<String> attempts = List.of(
                    "ls /proc/" + pid + "/fd",
                    "cat /proc/" + pid + "/maps",
                    "cat /proc/" + pid + "/environ",
                    "dd if=/proc/" + pid + "/mem bs=1 count=8 iflag=skip_bytes skip=" + address,
                    "dd if=/dev/zero of=/proc/" + pid + "/mem bs=1 count=8 oflag=seek_bytes seek=" + address,
                    "kill -0 " + pid);
            for (String attempt : attempts) {
                assertThat(asNobody(attempt, null)).as(attempt).isNotZero();
            }
        }
        for (Path memfd : memfds().values()) {
            for (String attempt : List.of("cat " + memfd, ": >> " + memfd, "truncate -s 0 " + memfd)) {
                assertThat(asNobody(attempt, null)).as(attempt).isNotZero();
            }
        }
        assertThat(Pages.wrongTexts(region.segment(), 0, 256)).isZero();
    }

    /** What somebody handed a read-only descriptor could try: the file's mode stops him. */
    @Test
    void nobodyWithAReadOnlyDescriptorMakesNoMoreOfIt() throws IOException {
        asRoot();
        for (Path memfd : memfds().values()) {
            assertThat(asNobody("test -e /proc/self/fd/0", memfd))
                    .as("the descriptor is there")
                    .isZero();
            for (String attempt : List.of(
                    ": >> /proc/self/fd/0",
                    "cat < /proc/self/fd/0 | head -c 1 | grep -q .",
                    "truncate -s 0 /proc/self/fd/0",
                    "fallocate --punch-hole --offset 0 --length 4096 /proc/self/fd/0",
                    "chmod 0666 /proc/self/fd/0")) {
                assertThat(asNobody("! (" + attempt + ")", memfd)).as(attempt).isZero();
            }
        }
        assertThat(Pages.wrongTexts(region.segment(), 0, 256)).isZero();
    }

    @Test
    void theScratchDirectoryIsItsOwnersOnlyAndTheSpillFileHasNoName() throws IOException {
        String command = ProcFs.read(Path.of("/proc/" + remap.stats().managerPid() + "/cmdline"));
        Path scratch = command.transform(text -> List.of(text.split("\0", -1))).stream()
                .filter(part -> part.startsWith("-Djava.io.tmpdir="))
                .map(part -> Path.of(part.substring(part.indexOf('=') + 1)))
                .findFirst()
                .orElseThrow();
        assertThat(Files.getPosixFilePermissions(scratch)).hasSize(3);
        assertThat((Integer) Files.getAttribute(scratch, "unix:mode") & 0777).isEqualTo(0700);
        assertThat(directory).as("spill directory").isEmptyDirectory();
        long spills = 0;
        try (var links =
                Files.newDirectoryStream(Path.of("/proc/" + remap.stats().managerPid() + "/fd"))) {
            for (Path link : links) {
                if (Files.isSymbolicLink(link)
                        && Files.readSymbolicLink(link).toString().startsWith(directory.toString())) {
                    spills++;
                    assertThat((Integer) Files.getAttribute(link, "unix:mode") & 0777)
                            .isEqualTo(0600);
                }
            }
        }
        assertThat(spills).as("spill files").isPositive();
    }

    /** Whoever sees the name of the socket may connect first, as often as he likes: he is turned away, and the manager gets through. */
    @Test
    void whoConnectsBeforeTheManagerIsTurnedAway() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger connected = new AtomicInteger();
        Thread attacker = Thread.ofPlatform().daemon().start(() -> {
            while (!stop.get()) {
                for (String name : listening()) {
                    int socket = (int) UnixSocket.connectAbstract(name);
                    if (socket >= 0) {
                        connected.incrementAndGet();
                        FileIo.close(socket);
                    }
                }
            }
        });
        try (Remap second = Remap.open(
                        RemapConfig.defaults().dramBytes(16 * Pages.MIB).openTimeout(Duration.ofSeconds(20)));
                Region other = second.create("second", RegionSpec.ofSize(Pages.MIB))) {
            Pages.stamp(other.segment(), 0, 256);
            assertThat(Pages.wrongStamps(other.segment(), 0, 256)).isZero();
        } finally {
            stop.set(true);
            attacker.join();
        }
        assertThat(connected.get()).as("connections of the attacker").isPositive();
    }

    private static List<String> listening() {
        List<String> names = new ArrayList<>();
        for (String line : ProcFs.read(Path.of("/proc/net/unix")).lines().toList()) {
            int at = line.indexOf("@remap-");
            if (at > 0 && line.contains(" 00010000 ")) {
                names.add(line.substring(at + 1).strip());
            }
        }
        return names;
    }

    private List<Long> pids() {
        return List.of(ProcessHandle.current().pid(), remap.stats().managerPid());
    }

    /** Remap's memory files that either process has open. */
    private Map<String, Path> memfds() {
        Map<String, Path> found = new TreeMap<>();
        for (long pid : pids()) {
            Memfds.forEach(pid, (link, name) -> found.put(pid + " " + name, link));
        }
        return found;
    }

    private static void asRoot() {
        Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "only root can become nobody");
    }

    private static int asNobody(String script, @Nullable Path input) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        "setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "sh", "-c", script)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        if (input != null) {
            builder.redirectInput(input.toFile());
        }
        try {
            return builder.start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
