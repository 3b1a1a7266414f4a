// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.FileIo;
import dev.remap.linux.Pidfd;
import dev.remap.linux.PollSet;
import dev.remap.wire.MeetingPoint;
import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Starts a manager and connects with it.
 */
final class ManagerProcess {
    private static final String MODULE = "dev.remap.manager";
    private static final String MAIN = "dev.remap.manager.ManagerMain";
    private static final String PATH_PROPERTY = "dev.remap.manager.path";
    /** More options for the manager's JVM, separated by spaces: for looking into it. */
    private static final String OPTIONS = System.getProperty("dev.remap.manager.options", "");

    private static final int END_MS = 4000;

    /** A connected manager. */
    record Started(Process process, int socket, Path scratch) {}

    private ManagerProcess() {}

    static Started start(Duration timeout) throws RemapException {
        return start(timeout, List.of(), List.of());
    }

    /** A process that only holds descriptors. */
    static Started startWarden(Duration timeout) throws RemapException {
        return start(timeout, List.of("-Xms8m", "-Xmx16m"), List.of("--warden"));
    }

    private static Started start(Duration timeout, List<String> options, List<String> role) throws RemapException {
        try (MeetingPoint meeting = MeetingPoint.open()) {
            Path scratch = createScratch();
            try {
                Process process = spawn(meeting.name(), scratch, options, role);
                return new Started(process, accept(meeting, process, timeout), scratch);
            } catch (RemapException e) {
                deleteScratch(scratch);
                throw e;
            }
        } catch (RemapException e) {
            throw e;
        } catch (IOException e) {
            throw new RemapException(
                    RemapException.Category.QUOTA, String.valueOf(e.getMessage()), "Raise ulimit -n.", e);
        }
    }

    private static int accept(MeetingPoint meeting, Process process, Duration timeout) throws RemapException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (System.nanoTime() < deadline) {
            int socket = meeting.tryAccept(process.pid());
            if (socket >= 0) {
                return socket;
            }
            if (!process.isAlive()) {
                throw new RemapException(
                        RemapException.Category.MANAGER_LOST,
                        "the manager ended with status " + process.exitValue() + " before it connected",
                        "Its messages are on this process's standard error.");
            }
        }
        process.destroyForcibly();
        throw new RemapException(
                RemapException.Category.DEADLINE,
                "the manager did not connect within " + timeout.toMillis() + " ms",
                "Raise RemapConfig.openTimeout, or see what keeps this machine busy.");
    }

    private static Process spawn(String socketName, Path scratch, List<String> options, List<String> role)
            throws RemapException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions());
        command.addAll(options);
        command.add("-Djava.io.tmpdir=" + scratch);
        if (ManagerProcess.class.desiredAssertionStatus()) {
            command.add("-ea");
        }
        command.addAll(OPTIONS.isBlank() ? List.of() : List.of(OPTIONS.strip().split("\\s+")));
        command.addAll(launch());
        command.addAll(role);
        command.add(socketName);
        command.add(Long.toString(ProcessHandle.current().pid()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        try {
            return builder.start();
        } catch (IOException e) {
            throw new RemapException(
                    RemapException.Category.IO,
                    "start of the manager: " + e.getMessage(),
                    "Check the JDK at java.home.",
                    e);
        }
    }

    /**
     * A small fixed heap, no periodic safepoints: a safepoint of the manager delays every fault. The method all system calls go
     * through is compiled by itself: inlined at the end of a long chain it is cut off by the compiler's inlining depth, and then
     * allocates the linker's segments on every call.
     */
    private static List<String> jvmOptions() {
        return List.of(
                "-XX:+UseSerialGC",
                "-Xms24m",
                "-Xmx64m",
                "-Xss512k",
                "-XX:ReservedCodeCacheSize=32m",
                "-XX:MaxMetaspaceSize=64m",
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:GuaranteedSafepointInterval=0",
                "-XX:-UsePerfData",
                "-XX:CompileCommand=quiet",
                "-XX:CompileCommand=dontinline,dev.remap.linux.Native::call",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + Path.of(System.getProperty("java.io.tmpdir"), "remap-manager-%p.log"),
                "--illegal-native-access=allow");
    }

    private static List<String> launch() throws RemapException {
        String given = System.getProperty(PATH_PROPERTY);
        String modulePath = given != null ? given : System.getProperty("jdk.module.path");
        if (modulePath != null && hasManagerModule(modulePath)) {
            return List.of("-p", modulePath, "-m", MODULE + "/" + MAIN);
        }
        if (ManagerProcess.class.getClassLoader().getResource(MAIN.replace('.', '/') + ".class") != null) {
            return List.of("-cp", System.getProperty("java.class.path"), MAIN);
        }
        throw new RemapException(
                RemapException.Category.NOT_FOUND,
                "the manager's classes are neither on the module path nor on the class path",
                "Add dev.remap:remap-manager at run time, or set -D" + PATH_PROPERTY + "=<folder of its jars>.");
    }

    private static boolean hasManagerModule(String modulePath) {
        Path[] entries = Arrays.stream(modulePath.split(File.pathSeparator))
                .map(Path::of)
                .toArray(Path[]::new);
        return ModuleFinder.of(entries).find(MODULE).isPresent();
    }

    /** Where the manager's libraries unpack native code. The manager empties it at once; whoever of the two ends last removes it. */
    private static Path createScratch() throws RemapException {
        try {
            return Files.createTempDirectory("remap-manager-");
        } catch (IOException e) {
            throw new RemapException(
                    RemapException.Category.IO,
                    "a temporary directory for the manager: " + e.getMessage(),
                    "Make room in java.io.tmpdir, or set it to a directory that can be written.",
                    e);
        }
    }

    /** Removes what the manager has left behind; it does so itself unless it was killed. */
    static void deleteScratch(Path scratch) {
        try (Stream<Path> files = Files.list(scratch)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(scratch);
        } catch (IOException e) {
            System.getLogger(ManagerProcess.class.getName())
                    .log(System.Logger.Level.DEBUG, "the manager has removed its directory itself", e);
        }
    }

    /** Ends a manager that was asked to, and did not in time; it may be another process than the one that was started. */
    static void await(Process started, long managerPid) {
        boolean interrupted = false;
        try {
            awaitSuccessor(started, managerPid);
            if (!started.waitFor(1, TimeUnit.SECONDS)) {
                started.destroyForcibly();
                started.waitFor(1, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            started.destroyForcibly();
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitSuccessor(Process started, long managerPid) {
        if (managerPid == started.pid() || managerPid == 0) {
            return;
        }
        long pidfd = Pidfd.open((int) managerPid);
        if (pidfd < 0) {
            return; // it has ended already
        }
        if (new PollSet((int) pidfd).await(END_MS) == 0) {
            Pidfd.sendSignal((int) pidfd, Pidfd.SIGKILL);
        }
        FileIo.close((int) pidfd);
    }
}
