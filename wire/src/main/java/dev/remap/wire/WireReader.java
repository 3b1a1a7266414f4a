// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import static dev.remap.wire.MessageHeaderLayout.INT;
import static dev.remap.wire.MessageHeaderLayout.LONG;
import static dev.remap.wire.MessageHeaderLayout.SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads one message, field after field, from a peer that is not trusted: no bytes outside it, no allocation its length does not bear
 * out.
 */
final class WireReader {
    private final MemorySegment buffer;
    private final MessageType type;
    private final long end;
    private long at = MessageHeaderLayout.BYTES;

    private WireReader(MemorySegment buffer, MessageType type, long end) {
        this.buffer = buffer;
        this.type = type;
        this.end = end;
    }

    /** Checks the header. */
    static WireReader open(MemorySegment buffer, long length) throws WireException {
        long max = Math.min(buffer.byteSize(), Protocol.MAX_MESSAGE_BYTES);
        if (length < MessageHeaderLayout.BYTES || length > max) {
            throw bad(0, length + " bytes, not " + MessageHeaderLayout.BYTES + " to " + max);
        }
        if (MessageHeaderLayout.magic(buffer) != MessageHeaderLayout.MAGIC) {
            throw bad(MessageHeaderLayout.MAGIC_AT, "magic " + Integer.toHexString(MessageHeaderLayout.magic(buffer)));
        }
        MessageType type = typeThatIsReadable(buffer);
        if (MessageHeaderLayout.length(buffer) != length) {
            long announced = MessageHeaderLayout.length(buffer);
            throw new WireException(
                    type.name(), MessageHeaderLayout.LENGTH_AT, announced + " bytes announced, " + length + " arrived");
        }
        return new WireReader(buffer, type, length);
    }

    private static MessageType typeThatIsReadable(MemorySegment buffer) throws WireException {
        int version = MessageHeaderLayout.version(buffer);
        MessageType type = MessageType.of(MessageHeaderLayout.type(buffer));
        if (version != Protocol.VERSION && (type == null || !type.isReadByEveryVersion())) {
            throw bad(
                    MessageHeaderLayout.VERSION_AT,
                    "peer speaks version " + version + ", this side " + Protocol.VERSION);
        }
        if (type == null) {
            throw bad(MessageHeaderLayout.TYPE_AT, "unknown type " + MessageHeaderLayout.type(buffer));
        }
        return type;
    }

    MessageType type() {
        return type;
    }

    int version() {
        return MessageHeaderLayout.version(buffer);
    }

    boolean getBoolean() throws WireException {
        byte value = buffer.get(ValueLayout.JAVA_BYTE, claim(1));
        if (value != 0 && value != 1) {
            throw refuse(at - 1, "boolean " + value);
        }
        return value == 1;
    }

    int getInt() throws WireException {
        return buffer.get(INT, claim(Integer.BYTES));
    }

    long getLong() throws WireException {
        return buffer.get(LONG, claim(Long.BYTES));
    }

    int getCount(int max, String things) throws WireException {
        int count = Short.toUnsignedInt(buffer.get(SHORT, claim(Short.BYTES)));
        if (count > max) {
            throw refuse(at - Short.BYTES, count + " " + things + ", at most " + max);
        }
        return count;
    }

    String getString() throws WireException {
        byte[] bytes = new byte[getCount(Protocol.MAX_STRING_BYTES, "bytes of string")];
        long start = claim(bytes.length);
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, start, bytes, 0, bytes.length);
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw refuse(start, "string of " + bytes.length + " bytes is not UTF-8");
        }
    }

    List<String> getStrings(int max) throws WireException {
        int count = getCount(max, "strings");
        List<String> strings = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            strings.add(getString());
        }
        return strings;
    }

    long[] getLongs(int max) throws WireException {
        int count = getCount(max, "longs");
        long start = claim((long) Long.BYTES * count);
        long[] values = new long[count];
        MemorySegment.copy(buffer, LONG, start, values, 0, count);
        return values;
    }

    byte[] getBytes(int max) throws WireException {
        int count = getCount(max, "bytes");
        long start = claim(count);
        byte[] bytes = new byte[count];
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, start, bytes, 0, count);
        return bytes;
    }

    /** Refuses bytes after the last field, unless they may be fields that a later version appended; then hands the message over. */
    <M> Received<M> finish(M message) throws WireException {
        if (at != end && version() == Protocol.VERSION) {
            throw refuse(at, (end - at) + " bytes after the last field");
        }
        return new Received<>(MessageHeaderLayout.requestId(buffer), message, Received.NO_FDS);
    }

    WireException refuse(long where, String what) {
        return new WireException(type.name(), where, what);
    }

    /** The message's kind does not belong on this channel. */
    WireException misplaced(String family) {
        return refuse(MessageHeaderLayout.TYPE_AT, "is not " + family);
    }

    private long claim(long bytes) throws WireException {
        if (bytes > end - at) {
            throw refuse(at, "ends " + (bytes - (end - at)) + " bytes too early");
        }
        long claimed = at;
        at += bytes;
        return claimed;
    }

    private static WireException bad(long where, String what) {
        return new WireException("message", where, what);
    }
}
