// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What two processes of different versions can still tell each other. */
final class VersionTest {
    private static final int LATER = Protocol.VERSION + 1;

    @Test
    void aHelloOfALaterVersionIsReadWithItsVersion() throws Exception {
        Request.Hello hello = new Request.Hello(LATER, 1, 2, true, false, true, "cgroup", "/tmp", 5, false);
        assertThat(RequestCodec.decode(later(hello, 0), length(hello)).message())
                .isEqualTo(hello);
    }

    @Test
    void fieldsThatALaterVersionAppendsToHelloAreSkipped() throws Exception {
        Request.Hello hello = new Request.Hello(LATER, 1, 2, true, false, true, "cgroup", "/tmp", 5, false);
        assertThat(RequestCodec.decode(later(hello, 13), length(hello) + 13).message())
                .isEqualTo(hello);
    }

    @Test
    void aWelcomeOfALaterVersionIsReadWithItsVersion() throws Exception {
        Reply.Welcome welcome = new Reply.Welcome(LATER, 4711);
        assertThat(ReplyCodec.decode(later(welcome, 5), length(welcome) + 5).message())
                .isEqualTo(welcome);
    }

    @Test
    void aFailureToldByALaterVersionIsRead() throws Exception {
        Reply.Failed failed = new Reply.Failed(16, "Hello: version 1, manager speaks 2", "install the same version");
        Reply read = ReplyCodec.decode(later(failed, 8), length(failed) + 8).message();
        assertThat(read).isEqualTo(failed);
        assertThat(ErrorCode.of(((Reply.Failed) read).code())).isSameAs(ErrorCode.INCOMPATIBLE);
    }

    @Test
    void aHelloOfALaterVersionStillHasToBeWhole() throws Exception {
        Request.Hello hello = new Request.Hello(LATER, 1, 2, true, false, true, "cgroup", "/tmp", 5, false);
        byte[] bytes = Arrays.copyOf(Channel.bytes(7, hello), (int) length(hello) - 1);
        setLength(bytes);
        assertThatThrownBy(() -> Channel.REQUESTS.decode(bytes)).isInstanceOf(WireException.class);
    }

    @Test
    void anyOtherMessageOfAnotherVersionIsRefusedWithBothVersions() throws Exception {
        for (Object message : new RandomMessages(new java.util.Random(1), 3).all()) {
            byte[] bytes = Channel.bytes(7, message);
            MessageType type = MessageType.of(MessageHeaderLayout.type(MemorySegment.ofArray(bytes)));
            if (type != null && !type.isReadByEveryVersion()) {
                setVersion(bytes, LATER);
                assertThatThrownBy(() -> Channel.of(message).decode(bytes))
                        .isInstanceOf(WireException.class)
                        .hasMessage(
                                "message, byte 4: peer speaks version " + LATER + ", this side " + Protocol.VERSION);
            }
        }
    }

    @Test
    void aTypeThatOnlyALaterVersionKnowsIsRefusedForItsVersion() throws Exception {
        byte[] bytes = Channel.bytes(7, new Request.Bye());
        setVersion(bytes, LATER);
        MemorySegment.ofArray(bytes).set(MessageHeaderLayout.INT, MessageHeaderLayout.TYPE_AT, 99);
        assertThatThrownBy(() -> Channel.REQUESTS.decode(bytes)).hasMessageContaining("version " + LATER);
    }

    private static long length(Object message) throws WireException {
        return Channel.bytes(7, message).length;
    }

    private static MemorySegment later(Object message, int appended) throws WireException {
        byte[] bytes = Channel.bytes(7, message);
        byte[] longer = Arrays.copyOf(bytes, bytes.length + appended);
        Arrays.fill(longer, bytes.length, longer.length, (byte) 0xEE);
        setVersion(longer, LATER);
        setLength(longer);
        return MemorySegment.ofArray(longer);
    }

    private static void setVersion(byte[] bytes, int version) {
        MemorySegment.ofArray(bytes).set(MessageHeaderLayout.INT, MessageHeaderLayout.VERSION_AT, version);
    }

    private static void setLength(byte[] bytes) {
        MemorySegment.ofArray(bytes).set(MessageHeaderLayout.INT, MessageHeaderLayout.LENGTH_AT, bytes.length);
    }
}
