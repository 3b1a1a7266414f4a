// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import static dev.remap.wire.MessageHeaderLayout.INT;
import static dev.remap.wire.MessageHeaderLayout.LONG;
import static dev.remap.wire.MessageHeaderLayout.SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;

/** Writes one message, field after field; refuses what a {@link WireReader} would refuse. */
final class WireWriter {
    private final MemorySegment buffer;
    private final MessageType type;
    private final int version;
    private final long limit;
    private long at = MessageHeaderLayout.BYTES;

    private WireWriter(MemorySegment buffer, MessageType type, int version) {
        this.buffer = buffer;
        this.type = type;
        this.version = version;
        this.limit = Math.min(buffer.byteSize(), Protocol.MAX_MESSAGE_BYTES);
    }

    static WireWriter begin(MemorySegment buffer, MessageType type) throws WireException {
        return begin(buffer, type, Protocol.VERSION);
    }

    static WireWriter begin(MemorySegment buffer, MessageType type, int version) throws WireException {
        WireWriter writer = new WireWriter(buffer, type, version);
        if (writer.at > writer.limit) {
            throw new WireException(type.name(), 0, "no room for a header in " + writer.limit + " bytes");
        }
        return writer;
    }

    WireWriter putBoolean(boolean value) throws WireException {
        buffer.set(ValueLayout.JAVA_BYTE, claim(1), (byte) (value ? 1 : 0));
        return this;
    }

    WireWriter putInt(int value) throws WireException {
        buffer.set(INT, claim(Integer.BYTES), value);
        return this;
    }

    WireWriter putLong(long value) throws WireException {
        buffer.set(LONG, claim(Long.BYTES), value);
        return this;
    }

    WireWriter putCount(int count, int max, String things) throws WireException {
        if (count > max) {
            throw refuse(count + " " + things + ", at most " + max);
        }
        buffer.set(SHORT, claim(Short.BYTES), (short) count);
        return this;
    }

    WireWriter putString(String value) throws WireException {
        if (value.length() > Protocol.MAX_STRING_BYTES) {
            throw refuse(
                    "string of " + value.length() + " characters, at most " + Protocol.MAX_STRING_BYTES + " bytes");
        }
        ByteBuffer bytes = utf8(value);
        int count = bytes.remaining();
        putCount(count, Protocol.MAX_STRING_BYTES, "bytes of string");
        MemorySegment.copy(MemorySegment.ofBuffer(bytes), 0, buffer, claim(count), count);
        return this;
    }

    WireWriter putStrings(List<String> values, int max) throws WireException {
        putCount(values.size(), max, "strings");
        for (String value : values) {
            putString(value);
        }
        return this;
    }

    WireWriter putLongs(long[] values, int max) throws WireException {
        putCount(values.length, max, "longs");
        MemorySegment.copy(values, 0, buffer, LONG, claim((long) Long.BYTES * values.length), values.length);
        return this;
    }

    WireWriter putBytes(byte[] values, int max) throws WireException {
        putCount(values.length, max, "bytes");
        MemorySegment.copy(values, 0, buffer, ValueLayout.JAVA_BYTE, claim(values.length), values.length);
        return this;
    }

    /** Writes the header; answers the message's length. */
    long finish(long requestId) {
        MessageHeaderLayout.write(buffer, version, type, at, requestId);
        return at;
    }

    private ByteBuffer utf8(String value) throws WireException {
        try {
            return UTF_8.newEncoder().encode(CharBuffer.wrap(value));
        } catch (CharacterCodingException e) {
            throw refuse("string with half a surrogate pair");
        }
    }

    private long claim(long bytes) throws WireException {
        if (bytes > limit - at) {
            throw refuse(bytes + " bytes more, " + (limit - at) + " left of " + limit);
        }
        long claimed = at;
        at += bytes;
        return claimed;
    }

    private WireException refuse(String what) {
        return new WireException(type.name(), at, what);
    }
}
