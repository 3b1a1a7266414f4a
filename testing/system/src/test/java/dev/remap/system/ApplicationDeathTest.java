// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.linux.ProcFs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** However an application ends, its manager ends with it and nothing stays behind. */
class ApplicationDeathTest {
    /** How an application may end. */
    enum Ending {
        KILL,
        EXIT,
        HALT,
        RETURN,
        /** As Ctrl-C and service managers do: both processes get the signal, the manager first, while threads are in faults. */
        SIGNAL_TO_BOTH,
        CLOSE
    }

    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration MANAGER_ENDS = Duration.ofSeconds(1);

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void theManagerIsGoneWithinASecondAndNothingIsLeft(Ending ending) {
        List<String> flags = List.of("-Djava.io.tmpdir=" + directory);
        try (ChildJvm child = ChildJvm.start(directory, flags, EndingMain.class, ending);
                Memfds memory = new Memfds()) {
            long manager = Long.parseLong(child.awaitLine("ready", START));
            memory.add(child.pid(), manager);
            Sockets sockets = Sockets.of(child.pid(), manager);
            assertThat(memory.count()).as("memory files").isGreaterThanOrEqualTo(2);
            assertThat(memory.allocatedBytes()).isGreaterThan(16 * Pages.MIB);
            assertThat(sockets.count()).as("sockets").isGreaterThanOrEqualTo(2);

            end(child, manager, ending);

            Eventually.await(ending + ": end of manager " + manager, MANAGER_ENDS, () -> !exists(manager));
            Eventually.await("nobody uses the memory", MANAGER_ENDS, () -> !memory.heldByAnybody());
            Eventually.await(
                    "no socket is left", MANAGER_ENDS, () -> sockets.left().isEmpty());
        }
        assertThat(directory).as("temporary files of both").isEmptyDirectory();
    }

    private static void end(ChildJvm child, long manager, Ending ending) {
        if (ending == Ending.KILL) {
            child.kill();
        } else if (ending == Ending.SIGNAL_TO_BOTH) {
            child.send("touch");
            child.awaitLine("touching", START);
            ProcessHandle.of(manager).orElseThrow().destroy();
            child.terminate();
        } else {
            child.send("end");
        }
        if (ending == Ending.CLOSE) {
            child.awaitLine("closed", START);
        } else {
            Eventually.await("end of the application", START, () -> !child.alive());
        }
    }

    /**
     * A zombie has ended: it waits for nobody but whoever adopted it. If its first thread was the first to end, others may hold what it had
     * open for a moment longer.
     */
    private static boolean exists(long pid) {
        String status = ProcFs.read(Path.of("/proc", Long.toString(pid), "status"));
        return !status.isEmpty() && !status.contains("State:\tZ");
    }
}
