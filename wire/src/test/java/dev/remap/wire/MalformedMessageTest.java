// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import static dev.remap.wire.MessageHeaderLayout.BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class MalformedMessageTest {
    private static final int TRIES = 100_000;

    private final long seed = Long.getLong("remap.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final RandomMessages messages = new RandomMessages(random, 20);

    @Test
    void aMessageCutAnywhereIsRefused() throws Exception {
        for (Object message : messages.all()) {
            byte[] whole = Channel.bytes(7, message);
            for (int length = 0; length < whole.length; length++) {
                assertRefused(message, Arrays.copyOf(whole, length));
            }
        }
    }

    @Test
    void aMessageCutAnywhereIsRefusedThoughItsHeaderAgrees() throws Exception {
        for (Object message : messages.all()) {
            byte[] whole = Channel.bytes(7, message);
            for (int length = (int) BYTES; length < whole.length; length++) {
                assertRefused(message, withLength(Arrays.copyOf(whole, length)));
            }
        }
    }

    @Test
    void bytesAfterTheLastFieldAreRefused() throws Exception {
        for (Object message : messages.all()) {
            byte[] whole = Channel.bytes(7, message);
            assertRefused(message, withLength(Arrays.copyOf(whole, whole.length + 1)));
        }
    }

    @Test
    void noiseIsRefused() throws Exception {
        for (int i = 0; i < TRIES; i++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            assertRefusedOrCanonical(i % 2 == 0 ? Channel.REQUESTS : Channel.REPLIES, noise);
        }
    }

    @Test
    void noiseBehindAGoodHeaderIsRefusedOrIsAMessage() throws Exception {
        MessageType[] types = MessageType.values();
        for (int i = 0; i < TRIES; i++) {
            byte[] noise = new byte[(int) BYTES + random.nextInt(200)];
            random.nextBytes(noise);
            if (random.nextBoolean()) {
                Arrays.fill(noise, (int) BYTES, noise.length, (byte) random.nextInt(2));
            }
            MessageType type = types[random.nextInt(types.length)];
            MessageHeaderLayout.write(MemorySegment.ofArray(noise), Protocol.VERSION, type, noise.length, 7);
            assertRefusedOrCanonical(channelOf(type), noise);
        }
    }

    @Test
    void flippedBitsAreRefusedOrMakeAnotherMessage() throws Exception {
        for (int i = 0; i < TRIES; ) {
            for (Object message : messages.all()) {
                byte[] bytes = Channel.bytes(7, message);
                for (int flips = random.nextInt(4); flips >= 0; flips--) {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
                assertRefusedOrCanonical(Channel.of(message), bytes);
                i++;
            }
        }
    }

    @Test
    void aRefusalSaysWhatAndWhere() throws Exception {
        assertThatThrownBy(() -> Channel.REPLIES.decode(new byte[3]))
                .hasMessage("message, byte 0: 3 bytes, not 24 to 3");
        assertThatThrownBy(() -> Channel.REPLIES.decode(new byte[24])).hasMessage("message, byte 0: magic 0");
        byte[] done = Channel.bytes(7, new Reply.Done(1));
        assertThatThrownBy(() -> Channel.REPLIES.decode(Arrays.copyOf(done, 31)))
                .hasMessage("DONE, byte 12: 32 bytes announced, 31 arrived");
        assertThatThrownBy(() -> Channel.REPLIES.decode(withLength(Arrays.copyOf(done, 31))))
                .hasMessage("DONE, byte 24: ends 1 bytes too early");
        assertThatThrownBy(() -> Channel.REPLIES.decode(withLength(Arrays.copyOf(done, 34))))
                .hasMessage("DONE, byte 32: 2 bytes after the last field");
        assertThatThrownBy(() -> Channel.AGENT.decode(done)).hasMessage("DONE, byte 8: is not an agent's message");
        assertThatThrownBy(() -> Channel.REQUESTS.decode(done)).hasMessage("DONE, byte 8: is not a request");
    }

    @Test
    void aTypeNobodyKnowsIsRefused() throws Exception {
        for (int type : new int[] {0, 32, 131, 171, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            byte[] bytes = Channel.bytes(7, new Request.Bye());
            MemorySegment.ofArray(bytes).set(MessageHeaderLayout.INT, MessageHeaderLayout.TYPE_AT, type);
            for (Channel channel : Channel.values()) {
                assertThatThrownBy(() -> channel.decode(bytes))
                        .isInstanceOf(WireException.class)
                        .hasMessage("message, byte 8: unknown type " + type);
            }
        }
    }

    @Test
    void aMessageOfAnotherChannelIsRefused() throws Exception {
        for (Object message : messages.all()) {
            for (Channel channel : Channel.values()) {
                byte[] bytes = Channel.bytes(7, message);
                if (channel != Channel.of(message)) {
                    assertThatThrownBy(() -> channel.decode(bytes))
                            .isInstanceOf(WireException.class)
                            .hasMessageContaining("byte 8: is not");
                }
            }
        }
    }

    @Test
    void aBooleanIsZeroOrOne() throws Exception {
        byte[] hello = Channel.bytes(7, new Request.Hello(Protocol.VERSION, 1, 2, true, true, true, "", "", 0, false));
        for (int at = 40; at < 43; at++) {
            byte[] bytes = hello.clone();
            bytes[at] = 2;
            assertThatThrownBy(() -> Channel.REQUESTS.decode(bytes)).hasMessage("HELLO, byte " + at + ": boolean 2");
        }
    }

    @Test
    void aStringIsUtf8() throws Exception {
        for (byte[] text : List.of(
                new byte[] {(byte) 0xFF}, new byte[] {(byte) 0xC0, (byte) 0x80},
                new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, new byte[] {(byte) 0xE2, (byte) 0x82})) {
            byte[] bytes = Channel.bytes(7, new Reply.Failed(1, "x".repeat(text.length), ""));
            System.arraycopy(text, 0, bytes, 30, text.length);
            assertThatThrownBy(() -> Channel.REPLIES.decode(bytes)).hasMessageContaining("is not UTF-8");
        }
    }

    @Test
    void aLengthBeyondTheBufferIsRefused() throws Exception {
        byte[] bytes = Channel.bytes(7, new Reply.Done(1));
        MemorySegment buffer = MemorySegment.ofArray(bytes);
        for (long length : new long[] {bytes.length + 1L, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
            assertThatThrownBy(() -> ReplyCodec.decode(buffer, length)).isInstanceOf(WireException.class);
        }
    }

    @Test
    void aZapNeedsALengthForEveryStart() throws Exception {
        byte[] bytes = Channel.bytes(7, new AgentMessage.Zap(1, new long[] {2}, new long[] {3}));
        bytes[32] = 0; // no starts: what was one is read as lengths
        bytes[34] = 2;
        bytes[35] = 0;
        assertThatThrownBy(() -> Channel.AGENT.decode(bytes)).isInstanceOf(WireException.class);
    }

    private void assertRefused(Object message, byte[] bytes) {
        assertThatThrownBy(() -> Channel.of(message).decode(bytes))
                .as("-Dremap.seed=%d, %s, %d bytes", seed, message, bytes.length)
                .isInstanceOf(WireException.class);
    }

    /** A message that is accepted has one encoding only, unless a later version may have added to it. */
    private void assertRefusedOrCanonical(Channel channel, byte[] bytes) throws WireException {
        Received<?> received;
        try {
            received = channel.decode(bytes);
        } catch (WireException e) {
            return;
        }
        if (MessageHeaderLayout.version(MemorySegment.ofArray(bytes)) == Protocol.VERSION) {
            assertThat(Channel.bytes(received.requestId(), received.message()))
                    .as("-Dremap.seed=%d, %s", seed, received)
                    .isEqualTo(bytes);
        }
    }

    private static Channel channelOf(MessageType type) {
        return type.number < MessageType.DONE.number
                ? Channel.REQUESTS
                : type.number < MessageType.ZAP.number ? Channel.REPLIES : Channel.AGENT;
    }

    private static byte[] withLength(byte[] bytes) {
        MemorySegment.ofArray(bytes).set(MessageHeaderLayout.INT, MessageHeaderLayout.LENGTH_AT, bytes.length);
        return bytes;
    }
}
