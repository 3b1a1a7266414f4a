// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.linux.UnixSocket;
import dev.remap.wire.Connection;
import dev.remap.wire.Received;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import dev.remap.wire.WireException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of messages, as the plan in the module's test configuration has it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FaultySocketTest {
    private static final FaultBoard BOARD =
            FaultBoard.open(Path.of(System.getProperty("dev.remap.faults.test.board", "target/board")));

    private static final int SEND_ENOBUFS = 7;
    private static final int SEND_LOSS = 8;
    private static final int SEND_GARBAGE = 9;

    private Connection<Request, Reply> application;
    private Connection<Reply, Request> manager;

    @BeforeEach
    void connect() {
        int[] fds = new int[2];
        assertThat(UnixSocket.socketpair(fds)).isNotNegative();
        application = Connection.toManager(fds[0]);
        manager = Connection.toApplication(fds[1]);
    }

    @AfterEach
    void close() {
        BOARD.on(0);
        application.close();
        manager.close();
    }

    @Test
    void aKernelWithoutMemoryForAMessageIsAskedAgain() throws Exception {
        BOARD.on(1L << SEND_ENOBUFS);
        for (int i = 1; i <= 20; i++) {
            application.send(i, new Request.Bye());
            assertThat(manager.receive()).isEqualTo(new Received<>(i, new Request.Bye(), new int[0]));
        }
        assertThat(BOARD.strikes(SEND_ENOBUFS)).isPositive();
        while (application.trySend(1, new Request.Bye())) {
            manager.receive();
        }
    }

    @Test
    void aLostMessageIsToldToNobody() throws Exception {
        BOARD.on(1L << SEND_LOSS);
        application.send(1, new Request.Bye());
        BOARD.on(0);
        application.send(2, new Request.Bye());
        assertThat(manager.receive()).isEqualTo(new Received<>(2, new Request.Bye(), new int[0]));
    }

    @Test
    void garbageIsRefusedAndTheNextMessageIsRight() throws Exception {
        BOARD.on(1L << SEND_GARBAGE);
        application.send(1, new Request.Bye());
        BOARD.on(0);
        application.send(2, new Request.Bye());
        assertThatThrownBy(manager::receive).isInstanceOf(WireException.class);
        assertThat(manager.receive()).isEqualTo(new Received<>(2, new Request.Bye(), new int[0]));
    }
}
