// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import static dev.remap.linux.RegisteredMemory.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class UnixSocketTest {

    private static final int[] NO_FDS = {};

    private final MemorySegment buffer = Arena.ofAuto().allocate(4096, 8);
    private final int[] pair = new int[2];

    @BeforeEach
    void connect() {
        ok(UnixSocket.socketpair(pair));
    }

    @AfterEach
    void close() {
        FileIo.close(pair[0]);
        FileIo.close(pair[1]);
    }

    private static int openDescriptors() {
        return Objects.requireNonNull(new File("/proc/self/fd").list()).length;
    }

    private long send(long length, int[] fds) {
        return UnixSocket.send(pair[0], buffer.address(), length, fds, fds.length, 0);
    }

    private long receive(long length, int[] fdsOut) {
        return UnixSocket.receive(pair[1], buffer.address() + 1024, length, fdsOut, UnixSocket.MSG_DONTWAIT);
    }

    @Test
    void messagesKeepTheirBoundaries() {
        buffer.set(ValueLayout.JAVA_LONG, 0, 42);
        assertThat(send(8, NO_FDS)).isEqualTo(8);
        assertThat(send(3, NO_FDS)).isEqualTo(3);
        assertThat(receive(100, NO_FDS)).isEqualTo(8);
        assertThat(buffer.get(ValueLayout.JAVA_LONG, 1024)).isEqualTo(42);
        assertThat(receive(100, NO_FDS)).isEqualTo(3);
        assertThat(receive(100, NO_FDS)).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void descriptorsArriveAsNewOnesOfTheSameFile() {
        int memfd = (int) ok(Memfd.createSized("passed", 8192));
        int event = (int) ok(EventFd.create());
        assertThat(send(1, new int[] {memfd, event})).isOne();
        int[] received = new int[4];
        assertThat(receive(1, received)).isOne();
        assertThat(received[0]).isNotEqualTo(memfd).isPositive();
        assertThat(FileIo.fileSize(received[0])).isEqualTo(8192);
        EventFd.signal(event);
        assertThat(EventFd.drain(received[1])).isOne();
        assertThat(received[2]).isEqualTo(-1);
        assertThat(received[3]).isEqualTo(-1);
        for (int fd : new int[] {memfd, event, received[0], received[1]}) {
            assertThat(FileIo.close(fd)).isZero();
        }
    }

    @Test
    void sixteenDescriptorsFitAndMoreIsABug() {
        int event = (int) ok(EventFd.create());
        int[] fds = new int[UnixSocket.MAX_FDS];
        Arrays.fill(fds, event);
        assertThat(send(1, fds)).isOne();
        int[] received = new int[UnixSocket.MAX_FDS];
        assertThat(receive(1, received)).isOne();
        for (int fd : received) {
            assertThat(FileIo.close(fd)).isZero();
        }
        FileIo.close(event);
        assertThatThrownBy(() -> send(1, new int[UnixSocket.MAX_FDS + 1])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMessageTooLongForTheBufferIsLostWithItsDescriptorsClosed() {
        int before = openDescriptors();
        assertThat(send(100, new int[] {pair[0], pair[1]})).isEqualTo(100);
        int[] received = new int[2];
        assertThat(receive(10, received)).isEqualTo(-Errno.EMSGSIZE);
        assertThat(received).containsOnly(-1);
        assertThat(openDescriptors()).isEqualTo(before);
    }

    @Test
    void moreDescriptorsThanTheReceiverHoldsAreAllClosed() {
        int before = openDescriptors();
        assertThat(send(1, new int[] {pair[0], pair[1], pair[0]})).isOne();
        assertThat(receive(1, new int[2])).isEqualTo(-Errno.EMSGSIZE);
        assertThat(openDescriptors()).isEqualTo(before);
    }

    @Test
    void theEndOfThePeerIsZeroAndThenEpipe() {
        FileIo.close(pair[0]);
        assertThat(receive(8, NO_FDS)).isZero();
        assertThat(UnixSocket.send(pair[1], buffer.address(), 8, NO_FDS, 0, 0)).isEqualTo(-Errno.EPIPE);
        ok(UnixSocket.socketpair(pair));
    }

    @Test
    void shutdownEndsAWaitForInput() throws Exception {
        Thread waiter = Thread.ofPlatform()
                .daemon()
                .start(() -> UnixSocket.receive(pair[1], buffer.address(), 8, new int[0], 0));
        assertThat(UnixSocket.shutdown(pair[1])).isZero();
        assertThat(waiter.join(Duration.ofSeconds(20))).isTrue();
    }

    @Test
    void aConnectionByAbstractNameTellsWhoConnected() {
        String name = "remap-test-" + ProcessHandle.current().pid();
        int listener = (int) ok(UnixSocket.listenAbstract(name));
        assertThat(UnixSocket.listenAbstract(name)).isEqualTo(-Errno.EADDRINUSE);
        int client = (int) ok(UnixSocket.connectAbstract(name));
        int server = (int) ok(UnixSocket.accept(listener, 10_000));
        assertThat(UnixSocket.peerCredentials(server)).isEqualTo(PeerCredentials.self());
        assertThat(PeerCredentials.self().pid())
                .isEqualTo((int) ProcessHandle.current().pid());
        assertThat(UnixSocket.send(client, buffer.address(), 5, NO_FDS, 0, 0)).isEqualTo(5);
        assertThat(UnixSocket.receive(server, buffer.address(), 64, NO_FDS, 0)).isEqualTo(5);
        for (int fd : new int[] {listener, client, server}) {
            FileIo.close(fd);
        }
    }

    @Test
    void acceptGivesUpAtItsTimeout() {
        int listener = (int) ok(UnixSocket.listenAbstract(
                "remap-idle-" + ProcessHandle.current().pid()));
        assertThat(UnixSocket.accept(listener, 10)).isEqualTo(-Errno.ETIMEDOUT);
        FileIo.close(listener);
    }

    @Test
    void whatCannotBeConnectedIsAnErrno() {
        assertThat(UnixSocket.connectAbstract("remap-nobody-listens")).isEqualTo(-Errno.ECONNREFUSED);
        assertThat(UnixSocket.connectAbstract("x".repeat(108))).isEqualTo(-Errno.ENAMETOOLONG);
        PeerCredentials none = UnixSocket.peerCredentials(-1);
        assertThat(none.pid()).isEqualTo(-Errno.EBADF);
        assertThat(none.uid()).isEqualTo(-1);
    }
}
