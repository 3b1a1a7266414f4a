// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import static dev.remap.wire.SocketPair.next;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.linux.FileIo;
import dev.remap.wire.Reply.RegionCreated;
import dev.remap.wire.Request.Bye;
import dev.remap.wire.Request.CreateRegion;
import dev.remap.wire.SocketPair.Pipe;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Descriptors arrive where they may, and leak nowhere. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ConnectionFdsTest {
    private static final CreateRegion CREATE =
            new CreateRegion("r", 4096, 4096, FailurePolicyCode.POISON, 0, List.of(), "", false, false, "", false);

    private final SocketPair pair = new SocketPair();
    private final Pipe pipe = Pipe.open();

    @AfterEach
    void closeAll() {
        pair.close();
    }

    @Test
    void descriptorsArriveInOrder() throws Exception {
        Pipe second = Pipe.open();
        pair.application.send(1, CREATE, pipe.writeFd(), second.writeFd());
        Received<Request> received = next(pair.manager);
        assertThat(received.message()).isEqualTo(CREATE);
        assertThat(received.fds()).hasSize(2).doesNotContain(pipe.writeFd(), second.writeFd());
        Pipe.writeTo(received.fds()[0], 3);
        Pipe.writeTo(received.fds()[1], 5);
        assertThat(pipe.read()).isEqualTo(3);
        assertThat(second.read()).isEqualTo(5);
        assertThat(pipe.closeAndSeeEnd(received.fds()[0])).isTrue();
        assertThat(second.closeAndSeeEnd(received.fds()[1])).isTrue();
    }

    @Test
    void asManyAsMaxFdsArriveAndTheNextMessageHasNone() throws Exception {
        pair.manager.send(1, new RegionCreated(1), copies(Protocol.MAX_FDS));
        pair.manager.send(2, new RegionCreated(2));
        Received<Reply> received = next(pair.application);
        assertThat(received.fds()).hasSize(Protocol.MAX_FDS).doesNotHaveDuplicates();
        assertThat(next(pair.application).fds()).isEmpty();
        assertThat(pipe.closeAndSeeEnd(received.fds())).isTrue();
    }

    @Test
    void tooManyDescriptorsAreNotSent() throws Exception {
        assertThatThrownBy(() -> pair.application.send(1, CREATE, copies(Protocol.MAX_FDS + 1)))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("CREATE_REGION")
                .hasMessageContaining("9 descriptors, at most 8");
        pair.application.send(2, new Bye());
        assertThat(next(pair.manager).requestId()).isEqualTo(2);
        assertThat(pipe.closeAndSeeEnd()).isTrue();
    }

    @Test
    void aMessageThatTakesNoDescriptorIsNotSentWithOne() {
        assertThatThrownBy(() -> pair.application.trySend(1, new Bye(), pipe.writeFd()))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("1 descriptors, at most 0");
        assertThat(pipe.closeAndSeeEnd()).isTrue();
    }

    @Test
    void onlyWhatOpensSomethingTakesDescriptors() {
        assertThat(Arrays.stream(MessageType.values()).filter(type -> type.maxFds > 0))
                .containsExactly(
                        MessageType.HELLO,
                        MessageType.CREATE_REGION,
                        MessageType.OPEN_FILE,
                        MessageType.WELCOME,
                        MessageType.REGION_CREATED,
                        MessageType.ADMITTED,
                        MessageType.REGION_FOUND,
                        MessageType.KEEP,
                        MessageType.SERVE,
                        MessageType.PEER);
    }

    @Test
    void descriptorsWithAMessageThatTakesNoneAreClosed() throws Exception {
        pair.sendRaw(Channel.bytes(1, new Bye()), pipe.writeFd());
        assertThatThrownBy(pair.manager::receive)
                .isInstanceOf(WireException.class)
                .hasMessageContaining("BYE")
                .hasMessageContaining("1 descriptors, at most 0");
        assertThat(pipe.closeAndSeeEnd()).isTrue();
    }

    @Test
    void descriptorsWithAMalformedMessageAreClosed() {
        pair.sendRaw(new byte[] {1, 2, 3}, pipe.writeFd(), pipe.writeFd());
        assertThatThrownBy(pair.manager::receive).isInstanceOf(WireException.class);
        assertThat(pipe.closeAndSeeEnd()).isTrue();
    }

    @Test
    void descriptorsWithAnEmptyMessageAreClosed() throws Exception {
        pair.sendRaw(new byte[0], pipe.writeFd());
        assertThat(pair.manager.receive()).isNull();
        assertThat(pipe.closeAndSeeEnd()).isTrue();
    }

    @Test
    void moreDescriptorsThanAMessageMayCarryAreClosed() throws Exception {
        pair.sendRaw(Channel.bytes(1, CREATE), copies(Protocol.MAX_FDS + 1));
        assertThatThrownBy(pair.manager::receive)
                .isInstanceOf(WireException.class)
                .hasMessageContaining("EMSGSIZE");
        assertThat(pipe.closeAndSeeEnd()).isTrue();
    }

    @Test
    void descriptorsNobodyReceivedAreClosedWithTheConnection() throws Exception {
        pair.application.send(1, CREATE, pipe.writeFd());
        pair.close();
        assertThat(pipe.closeAndSeeEnd()).isTrue();
    }

    @Test
    void aDescriptorThatIsNoneIsAnErrorThatSaysSo() {
        assertThatThrownBy(() -> pair.application.send(1, CREATE, -1)).hasMessageContaining("EBADF");
        assertThat(FileIo.close(pipe.readFd())).isZero();
        assertThat(FileIo.close(pipe.writeFd())).isZero();
    }

    private int[] copies(int count) {
        int[] fds = new int[count];
        Arrays.fill(fds, pipe.writeFd());
        return fds;
    }
}
