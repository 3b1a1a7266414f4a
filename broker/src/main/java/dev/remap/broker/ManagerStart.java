// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.broker;

import dev.remap.wire.Connection;
import dev.remap.wire.KeeperMessage;
import dev.remap.wire.ManagerJvm;
import dev.remap.wire.MeetingPoint;
import dev.remap.wire.PatientChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A manager that this broker has started.
 *
 * @param scratch its temporary directory, for who ends last to remove
 */
record ManagerStart(Process process, Connection<KeeperMessage, KeeperMessage> channel, Path scratch) {
    private static final long PATIENCE_NS = 10_000_000_000L;
    private static final long CONNECT_NS = 30_000_000_000L;

    /** Starts one of the program that is installed beside the broker's. */
    static ManagerStart start() throws IOException {
        return start(ManagerJvm.program()
                .orElseThrow(() -> new IOException("the manager's classes are not installed beside the broker's: add"
                        + " remap-manager to the module path, or set -D" + ManagerJvm.PATH_PROPERTY)));
    }

    /** Starts one of a program that {@link ManagerJvm} has found. */
    static ManagerStart start(List<String> program) throws IOException {
        Path scratch = ManagerJvm.createScratch();
        try (MeetingPoint meeting = MeetingPoint.open()) {
            String self = Long.toString(ProcessHandle.current().pid());
            Process process = ManagerJvm.start(program, scratch, List.of(), List.of("--served", meeting.name(), self));
            int socket = accept(meeting, process);
            if (socket < 0) {
                process.destroyForcibly();
                throw new IOException("the manager did not connect; its messages are on the broker's standard error");
            }
            return new ManagerStart(process, Connection.keeperChannel(socket), scratch);
        } catch (IOException e) {
            ManagerJvm.deleteScratch(scratch);
            throw e;
        }
    }

    /** The channel for sending, which must not keep the broker waiting for long. */
    PatientChannel patientChannel() {
        return new PatientChannel(channel, PATIENCE_NS);
    }

    private static int accept(MeetingPoint meeting, Process process) {
        long start = System.nanoTime();
        int socket = -1;
        while (socket < 0 && process.isAlive() && System.nanoTime() - start < CONNECT_NS) {
            socket = meeting.tryAccept(process.pid());
        }
        return socket;
    }
}
