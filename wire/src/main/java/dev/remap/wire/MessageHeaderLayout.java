// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What every message begins with, little endian. Frozen: all versions share it.
 *
 * <pre>
 *   0        4        8        12       16                24
 *   +--------+--------+--------+--------+-----------------+
 *   | magic  |version |  type  | length |   request id    |
 *   +--------+--------+--------+--------+-----------------+
 * </pre>
 *
 * <p>{@code version} is what the sender speaks. {@code length} counts the header too. A request id of 0 wants no reply.
 */
final class MessageHeaderLayout {
    /** "REMP" in memory. */
    static final int MAGIC = 0x504D_4552;

    static final long MAGIC_AT = 0;
    static final long VERSION_AT = MAGIC_AT + Integer.BYTES;
    static final long TYPE_AT = VERSION_AT + Integer.BYTES;
    static final long LENGTH_AT = TYPE_AT + Integer.BYTES;
    static final long REQUEST_ID_AT = LENGTH_AT + Integer.BYTES;
    static final long BYTES = REQUEST_ID_AT + Long.BYTES;

    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private MessageHeaderLayout() {}

    static void write(MemorySegment message, int version, MessageType type, long length, long requestId) {
        message.set(INT, MAGIC_AT, MAGIC);
        message.set(INT, VERSION_AT, version);
        message.set(INT, TYPE_AT, type.number);
        message.set(INT, LENGTH_AT, (int) length);
        message.set(LONG, REQUEST_ID_AT, requestId);
    }

    static int magic(MemorySegment message) {
        return message.get(INT, MAGIC_AT);
    }

    static int version(MemorySegment message) {
        return message.get(INT, VERSION_AT);
    }

    static int type(MemorySegment message) {
        return message.get(INT, TYPE_AT);
    }

    static long length(MemorySegment message) {
        return Integer.toUnsignedLong(message.get(INT, LENGTH_AT));
    }

    static long requestId(MemorySegment message) {
        return message.get(LONG, REQUEST_ID_AT);
    }
}
