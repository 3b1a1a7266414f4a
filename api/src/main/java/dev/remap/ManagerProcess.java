// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.FileIo;
import dev.remap.linux.Pidfd;
import dev.remap.linux.PollSet;
import dev.remap.wire.ManagerJvm;
import dev.remap.wire.MeetingPoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts a manager and connects with it.
 */
final class ManagerProcess {
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
                ManagerJvm.deleteScratch(scratch);
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
        List<String> program = ManagerJvm.program()
                .orElseThrow(() -> new RemapException(
                        RemapException.Category.NOT_FOUND,
                        "the manager's classes are neither on the module path nor on the class path",
                        "Add dev.remap:remap-manager at run time, or set -D" + ManagerJvm.PATH_PROPERTY
                                + "=<folder of its jars>."));
        List<String> arguments = new ArrayList<>(role);
        arguments.add(socketName);
        arguments.add(Long.toString(ProcessHandle.current().pid()));
        try {
            return ManagerJvm.start(program, scratch, options, arguments);
        } catch (IOException e) {
            throw new RemapException(
                    RemapException.Category.IO,
                    "start of the manager: " + e.getMessage(),
                    "Check the JDK at java.home.",
                    e);
        }
    }

    private static Path createScratch() throws RemapException {
        try {
            return ManagerJvm.createScratch();
        } catch (IOException e) {
            throw new RemapException(
                    RemapException.Category.IO,
                    "a temporary directory for the manager: " + e.getMessage(),
                    "Make room in java.io.tmpdir, or set it to a directory that can be written.",
                    e);
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
