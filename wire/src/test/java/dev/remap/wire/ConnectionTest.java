// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import static dev.remap.wire.SocketPair.next;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.linux.UnixSocket;
import dev.remap.wire.Reply.Done;
import dev.remap.wire.Request.Bye;
import dev.remap.wire.Request.Load;
import dev.remap.wire.Request.Pin;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages between threads, blocking, and ends. Descriptors: {@link ConnectionFdsTest}. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ConnectionTest {
    private static final Load BIG = new Load(1, 2, true, 4096, new long[Protocol.MAX_OFFSETS]);

    private final SocketPair pair = new SocketPair();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void closeAll() throws Exception {
        pair.close();
        threads.shutdown();
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aRequestArrivesAndItsReplyComesBack() throws Exception {
        assertThat(pair.manager.hasWaiting()).isFalse();
        pair.application.send(17, BIG);
        assertThat(pair.manager.hasWaiting()).isTrue();
        assertThat(next(pair.manager)).isEqualTo(new Received<>(17, BIG, new int[0]));
        assertThat(pair.manager.hasWaiting()).isFalse();
        pair.manager.send(17, new Done(8000));
        assertThat(next(pair.application)).isEqualTo(new Received<>(17, new Done(8000), new int[0]));
    }

    @Test
    void anAgentIsAskedAndAnswers() throws Exception {
        int[] fds = new int[2];
        assertThat(UnixSocket.socketpair(fds)).isNotNegative();
        try (var managersEnd = Connection.agentChannel(fds[0]);
                var agentsEnd = Connection.agentChannel(fds[1])) {
            managersEnd.send(0, new AgentMessage.Zap(1, new long[] {4096}, new long[] {8192}));
            assertThat(next(agentsEnd).message())
                    .isEqualTo(new AgentMessage.Zap(1, new long[] {4096}, new long[] {8192}));
            agentsEnd.send(0, new AgentMessage.ZapDone(1, 0));
            assertThat(next(managersEnd).message()).isEqualTo(new AgentMessage.ZapDone(1, 0));
        }
    }

    @Test
    void messagesOfManyThreadsArriveWholeAndInEachThreadsOrder() throws Exception {
        int senders = 8;
        int each = 2000;
        List<Future<?>> sending = new ArrayList<>();
        for (int sender = 0; sender < senders; sender++) {
            int region = sender;
            sending.add(threads.submit(() -> {
                for (int n = 0; n < each; n++) {
                    pair.application.send(n + 1, new Pin(region, n, region, n));
                }
                return null;
            }));
        }
        int[] expected = new int[senders];
        for (int i = 0; i < senders * each; i++) {
            Pin pin = (Pin) next(pair.manager).message();
            int n = expected[pin.region()]++;
            assertThat(pin).isEqualTo(new Pin(pin.region(), n, pin.region(), n));
        }
        for (Future<?> future : sending) {
            future.get();
        }
    }

    @Test
    void aMessageOverALimitIsNotSentAndLeavesTheConnectionUsable() throws Exception {
        Load over = new Load(1, 2, true, 4096, new long[Protocol.MAX_OFFSETS + 1]);
        assertThatThrownBy(() -> pair.application.send(1, over)).isInstanceOf(WireException.class);
        assertThatThrownBy(() -> pair.application.trySend(1, over)).isInstanceOf(WireException.class);
        pair.application.send(2, new Bye());
        assertThat(next(pair.manager)).isEqualTo(new Received<>(2, new Bye(), new int[0]));
    }

    @Test
    void trySendIsRefusedWhileTheSocketIsFullAndAcceptedOnceItIsNot() throws Exception {
        int sent = fill();
        assertThat(sent).isPositive();
        assertThat(pair.application.trySend(0, BIG)).isFalse();
        for (int i = 0; i < sent; i++) {
            assertThat(next(pair.manager).message()).isEqualTo(BIG);
        }
        assertThat(pair.application.trySend(0, new Bye())).isTrue();
        assertThat(next(pair.manager).message()).isEqualTo(new Bye());
    }

    @Test
    void trySendIsRefusedWhileAnotherThreadWaitsToSend() throws Exception {
        int sent = fill();
        Future<?> blocked = blockedSend();
        assertThat(pair.application.trySend(0, new Bye())).isFalse();
        for (int i = 0; i <= sent; i++) {
            assertThat(next(pair.manager).message()).isEqualTo(BIG);
        }
        blocked.get();
    }

    @Test
    void thePeersDeathEndsReceiving() throws Exception {
        Future<?> receiving = threads.submit(() -> pair.application.receive());
        awaitStuck(receiving);
        pair.manager.close();
        assertThat(receiving.get()).isNull();
        assertThat(pair.application.receive()).isNull();
    }

    @Test
    void thePeersDeathEndsASendThatWaits() throws Exception {
        fill();
        Future<?> blocked = blockedSend();
        pair.manager.close();
        assertThatThrownBy(blocked::get).hasCauseInstanceOf(ConnectionClosedException.class);
    }

    @Test
    void sendingToADeadPeerSaysSo() {
        pair.manager.close();
        assertThatThrownBy(() -> pair.application.send(1, new Pin(1, 2, 3, 4)))
                .isInstanceOf(ConnectionClosedException.class)
                .hasMessageContaining("Pin[region=1, offset=2, length=3, timeoutNs=4] to the manager: EPIPE");
        assertThatThrownBy(() -> pair.application.trySend(0, new Bye())).isInstanceOf(ConnectionClosedException.class);
    }

    @Test
    void whatAPeerSentBeforeItDiedArrivesThoughItLeftMessagesUnread() throws Exception {
        pair.application.send(1, new Bye());
        pair.manager.send(0, new Reply.Failed(13, "Hello", "update"));
        pair.manager.close();
        assertThat(next(pair.application).message()).isEqualTo(new Reply.Failed(13, "Hello", "update"));
        assertThat(pair.application.receive()).isNull();
    }

    @Test
    void sendingToAPeerThatDiedWithMessagesUnreadSaysSo() throws Exception {
        pair.application.send(1, new Bye());
        pair.manager.close();
        assertThatThrownBy(() -> pair.application.send(1, new Bye())).isInstanceOf(ConnectionClosedException.class);
    }

    @Test
    void shutdownEndsReceiving() throws Exception {
        Future<?> receiving = threads.submit(() -> pair.application.receive());
        awaitStuck(receiving);
        pair.application.shutdown();
        assertThat(receiving.get()).isNull();
        assertThat(pair.manager.receive()).isNull();
    }

    @Test
    void shutdownEndsASendThatWaits() throws Exception {
        fill();
        Future<?> blocked = blockedSend();
        pair.application.shutdown();
        assertThatThrownBy(blocked::get).hasCauseInstanceOf(ConnectionClosedException.class);
    }

    @Test
    void closeEndsAndAwaitsBothASendAndAReceive() throws Exception {
        fill();
        Future<?> blocked = blockedSend();
        Future<?> receiving = threads.submit(() -> pair.application.receive());
        awaitStuck(receiving);
        pair.application.close();
        assertThatThrownBy(blocked::get).hasCauseInstanceOf(ConnectionClosedException.class);
        assertThat(receiving.get()).isNull();
    }

    @Test
    void aClosedConnectionTouchesNoDescriptor() throws Exception {
        pair.application.close();
        int[] reused = new int[2]; // likely the number just freed
        assertThat(UnixSocket.socketpair(reused)).isNotNegative();
        try (var one = Connection.toManager(reused[0]);
                var other = Connection.toApplication(reused[1])) {
            pair.application.shutdown();
            pair.application.close();
            assertThatThrownBy(() -> pair.application.send(1, new Bye())).isInstanceOf(ConnectionClosedException.class);
            assertThat(pair.application.receive()).isNull();
            one.send(1, new Bye());
            assertThat(next(other).message()).isEqualTo(new Bye());
        }
    }

    @Test
    void aMalformedMessageIsDroppedAndTheNextOneArrives() throws Exception {
        pair.sendRaw(new byte[] {1, 2, 3});
        pair.sendRaw(new byte[Protocol.MAX_MESSAGE_BYTES + 1]);
        pair.application.send(3, new Bye());
        assertThatThrownBy(pair.manager::receive).isInstanceOf(WireException.class);
        assertThatThrownBy(pair.manager::receive)
                .isInstanceOf(WireException.class)
                .hasMessageContaining("EMSGSIZE")
                .hasMessageContaining("more than 65536 bytes");
        assertThat(next(pair.manager)).isEqualTo(new Received<>(3, new Bye(), new int[0]));
    }

    private int fill() throws Exception {
        int sent = 0;
        while (pair.application.trySend(0, BIG)) {
            sent++;
        }
        return sent;
    }

    private Future<?> blockedSend() throws Exception {
        Future<?> blocked = threads.submit(() -> {
            pair.application.send(0, BIG);
            return null;
        });
        awaitStuck(blocked);
        return blocked;
    }

    /** A thread in a native call shows no state to wait for. */
    private static void awaitStuck(Future<?> future) throws InterruptedException {
        Thread.sleep(100);
        assertThat(future.isDone()).isFalse();
    }
}
