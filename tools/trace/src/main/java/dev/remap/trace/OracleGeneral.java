// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads libCacheSim's oracleGeneral.
 *
 * <pre>
 *  record of 24 bytes, little-endian, packed: 0 seconds u32 | 4 object u64 | 12 bytes u32 | 16 number of the object's next access i64
 * </pre>
 */
final class OracleGeneral {
    private static final int RECORD_BYTES = 24;
    private static final int OBJECT = 4;
    private static final int NEXT = 16;
    private static final long NO_NEXT = -1;

    private OracleGeneral() {}

    static Trace read(String name, InputStream in, int most) throws IOException {
        TraceBuilder builder = new TraceBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(RECORD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long number = 0;
        while (builder.accesses() < most && !builder.isFull()) {
            int bytes = in.readNBytes(buffer.array(), 0, RECORD_BYTES);
            if (bytes == 0) {
                break;
            }
            number++;
            if (bytes < RECORD_BYTES) {
                throw new MalformedTraceException("record", number, bytes + " bytes in place of " + RECORD_BYTES);
            }
            long next = buffer.getLong(NEXT);
            if (next < NO_NEXT) {
                throw new MalformedTraceException("record", number, "the next access is number " + next);
            }
            builder.add(buffer.getLong(OBJECT));
        }
        if (number == 0) {
            throw new MalformedTraceException("record", 1, "the trace ends without an access");
        }
        return Trace.of(name, builder);
    }
}
