// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.FileIo;
import dev.remap.linux.Pidfd;
import dev.remap.linux.PollSet;
import dev.remap.wire.ManagerJvm;
import dev.remap.wire.ManagerRuntime;
import dev.remap.wire.MeetingPoint;
import dev.remap.wire.Request;
import dev.remap.wire.RequestCodec;
import java.io.FileNotFoundException;
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

    /** A manager whose JVM starts while this one gets ready to meet it. */
    record Starting(Process process, Path scratch) {
        /** Waits for it to connect; it is ended if it does not. */
        Started meet(Duration timeout) throws RemapException {
            boolean met = false;
            try (MeetingPoint meeting = MeetingPoint.open()) {
                tell(process, meeting.name());
                RequestCodec.toBytes(new Request.Bye()); // the codec is loaded while there is nothing else to do
                Started started = new Started(process, accept(meeting, process, timeout), scratch);
                met = true;
                return started;
            } catch (RemapException e) {
                throw e;
            } catch (IOException e) {
                throw new RemapException(
                        RemapException.Category.QUOTA, String.valueOf(e.getMessage()), "Raise ulimit -n.", e);
            } finally {
                if (!met) {
                    abandon();
                }
            }
        }

        /** Ends it, whatever it has come to. */
        void abandon() {
            process.destroyForcibly();
            ManagerJvm.deleteScratch(scratch);
        }
    }

    private ManagerProcess() {}

    /** Starts a manager, by its own run-time image if there is one. Calls nothing native, which would take time that the JVM can use. */
    static Starting begin() throws RemapException {
        return spawn(List.of(), List.of());
    }

    /** A process that only holds descriptors. */
    static Started startWarden(Duration timeout) throws RemapException {
        return spawn(List.of("-Xms8m", "-Xmx16m"), List.of("--warden")).meet(timeout);
    }

    private static void tell(Process process, String name) {
        try {
            ManagerJvm.tell(process, name);
        } catch (IOException e) {
            System.getLogger(ManagerProcess.class.getName())
                    .log(System.Logger.Level.DEBUG, "the manager has ended, and will not come", e);
        }
    }

    private static RemapException ended(Process process) {
        return new RemapException(
                RemapException.Category.MANAGER_LOST,
                "the manager ended with status " + process.exitValue() + " before it connected",
                "Its messages are on this process's standard error.");
    }

    private static int accept(MeetingPoint meeting, Process process, Duration timeout) throws RemapException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (System.nanoTime() < deadline) {
            int socket = meeting.tryAccept(process.pid());
            if (socket >= 0) {
                return socket;
            }
            if (!process.isAlive()) {
                throw ended(process);
            }
        }
        throw new RemapException(
                RemapException.Category.DEADLINE,
                "the manager did not connect within " + timeout.toMillis() + " ms",
                "Raise RemapConfig.openTimeout, or see what keeps this machine busy.");
    }

    private static Starting spawn(List<String> options, List<String> role) throws RemapException {
        List<String> arguments = new ArrayList<>(role);
        arguments.add(ManagerJvm.TOLD);
        arguments.add(Long.toString(ProcessHandle.current().pid()));
        Path scratch = createScratch();
        Process process = null;
        try {
            process = ManagerJvm.startEarly(ManagerRuntime.find(), scratch, options, arguments);
            return new Starting(process, scratch);
        } catch (FileNotFoundException e) {
            throw new RemapException(
                    RemapException.Category.NOT_FOUND,
                    "the manager's classes are neither on the module path nor on the class path",
                    "Add dev.remap:remap-manager at run time, or set -D" + ManagerJvm.PATH_PROPERTY
                            + "=<folder of its jars>.",
                    e);
        } catch (IOException e) {
            throw new RemapException(
                    RemapException.Category.IO,
                    "start of the manager: " + e.getMessage(),
                    "Check the JDK at java.home.",
                    e);
        } finally {
            if (process == null) {
                ManagerJvm.deleteScratch(scratch);
            }
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
