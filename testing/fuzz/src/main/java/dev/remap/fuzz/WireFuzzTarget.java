// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.fuzz;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import com.sun.management.ThreadMXBean;
import dev.remap.wire.AgentCodec;
import dev.remap.wire.KeeperCodec;
import dev.remap.wire.Protocol;
import dev.remap.wire.Received;
import dev.remap.wire.ReplyCodec;
import dev.remap.wire.RequestCodec;
import dev.remap.wire.WireException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What Jazzer calls with bytes of its choice: every decoder gets them as they are, and once more with a header that fits, so that the
 * fields are reached. A violation is an {@link AssertionError}, or whatever else is thrown that is no {@link WireException}.
 */
public final class WireFuzzTarget {
    private static final int HEADER_BYTES = 24;
    private static final int MAGIC = 0x504D_4552;
    private static final long MAGIC_AT = 0;
    private static final long VERSION_AT = 4;
    private static final long LENGTH_AT = 12;
    private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** What a decoder may allocate: so much, and so much a byte of the message. */
    private static final long ALLOWED_BYTES = 64 << 10;

    private static final long ALLOWED_BYTES_A_BYTE = 16;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Codec<?>[] CODECS = {
        new Codec<>("Request", RequestCodec::decode, RequestCodec::encode),
        new Codec<>("Reply", ReplyCodec::decode, ReplyCodec::encode),
        new Codec<>("AgentMessage", AgentCodec::decode, AgentCodec::encode),
        new Codec<>("KeeperMessage", KeeperCodec::decode, KeeperCodec::encode)
    };

    /** As a receive buffer is: longer than the message. What lies behind the message differs between the two. */
    private static final MemorySegment INPUT = buffer((byte) 0);

    private static final MemorySegment INPUT_BEFORE_ONES = buffer((byte) 0xFF);
    private static final MemorySegment OUTPUT = buffer((byte) 0);

    private WireFuzzTarget() {}

    private interface Decoder<M> {
        Received<M> decode(MemorySegment buffer, long length) throws WireException;
    }

    private interface Encoder<M> {
        long encode(long requestId, M message, MemorySegment buffer) throws WireException;
    }

    /** One family of messages. */
    private record Codec<M>(String name, Decoder<M> decoder, Encoder<M> encoder) {
        /** Null if it is refused. Once again if it allocated too much: loading a class counts as well, and happens once. */
        @Nullable
        Received<M> tryDecode(MemorySegment buffer, long length) {
            long allowed = ALLOWED_BYTES + ALLOWED_BYTES_A_BYTE * length;
            long allocated = Long.MAX_VALUE;
            Received<M> received = null;
            for (int attempt = 0; attempt < 2 && allocated > allowed; attempt++) {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                received = decode(buffer, length);
                allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            }
            if (allocated > allowed) {
                throw new AssertionError(name + " of " + length + " bytes: decoding allocated " + allocated);
            }
            return received;
        }

        private @Nullable Received<M> decode(MemorySegment buffer, long length) {
            try {
                return decoder.decode(buffer, length);
            } catch (WireException e) {
                return null;
            }
        }

        long encode(Received<M> received) {
            try {
                return encoder.encode(received.requestId(), received.message(), OUTPUT);
            } catch (WireException e) {
                throw new AssertionError(name + " was decoded and cannot be encoded: " + received, e);
            }
        }
    }

    /** Jazzer's entry point. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        checkAll(bytes);
        if (bytes.length >= HEADER_BYTES && bytes.length <= Protocol.MAX_MESSAGE_BYTES) {
            byte[] framed = bytes.clone();
            MemorySegment header = MemorySegment.ofArray(framed);
            header.set(INT, MAGIC_AT, MAGIC);
            header.set(INT, VERSION_AT, Protocol.VERSION);
            header.set(INT, LENGTH_AT, framed.length);
            checkAll(framed);
        }
    }

    /** Has each decoder read these bytes; answers how many took them for a message. */
    static int checkAll(byte[] bytes) {
        int decoded = 0;
        for (Codec<?> codec : CODECS) {
            decoded += check(codec, bytes) ? 1 : 0;
        }
        if (decoded > 1) {
            throw new AssertionError("one message in " + decoded + " families");
        }
        return decoded;
    }

    private static <M> boolean check(Codec<M> codec, byte[] bytes) {
        int kept = Math.min(bytes.length, Protocol.MAX_MESSAGE_BYTES);
        MemorySegment.copy(bytes, 0, INPUT, JAVA_BYTE, 0, kept);
        MemorySegment.copy(bytes, 0, INPUT_BEFORE_ONES, JAVA_BYTE, 0, kept);
        try {
            Received<M> received = codec.tryDecode(INPUT, bytes.length);
            Received<M> again = codec.tryDecode(INPUT_BEFORE_ONES, bytes.length);
            require(Objects.equals(received, again), codec, "depends on what lies behind it", received);
            if (received == null || again == null) {
                return false;
            }
            require(received.hashCode() == again.hashCode(), codec, "has two hash codes", received);
            require(!received.toString().isEmpty() && received.fds().length == 0, codec, "has no text", received);
            checkEncoding(codec, received, bytes.length);
            return true;
        } finally {
            INPUT.asSlice(0, kept).fill((byte) 0);
            INPUT_BEFORE_ONES.asSlice(0, kept).fill((byte) 0xFF);
        }
    }

    /** Of this version there is one way to write a message; another version may have appended fields, which are dropped. */
    private static <M> void checkEncoding(Codec<M> codec, Received<M> received, int length) {
        boolean ownVersion = INPUT.get(INT, VERSION_AT) == Protocol.VERSION;
        long encoded = codec.encode(received);
        if (ownVersion) {
            require(
                    encoded == length && INPUT.asSlice(0, length).mismatch(OUTPUT.asSlice(0, encoded)) < 0,
                    codec,
                    "is written otherwise than it was read",
                    received);
        } else {
            require(encoded <= length, codec, "is longer than it was", received);
        }
    }

    private static void require(boolean condition, Codec<?> codec, String what, @Nullable Received<?> message) {
        if (!condition) {
            throw new AssertionError(codec.name() + " " + what + ": " + message);
        }
    }

    private static MemorySegment buffer(byte filler) {
        return Arena.ofAuto().allocate(Protocol.MAX_MESSAGE_BYTES, Long.BYTES).fill(filler);
    }
}
