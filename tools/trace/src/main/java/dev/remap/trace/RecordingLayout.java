// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import dev.remap.wire.TouchRing;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The file that {@code remap trace record} writes, little-endian.
 *
 * <pre>
 *   0 +------------------------------------------+
 *     | magic, "RMTRACE1"                        |
 *   8 | one page in so many, u32 | reserved, u32 |
 *  16 | events lost, u64                         |
 *  24 | milliseconds recorded, u64               |
 *  32 +------------------------------------------+
 *     | events, 8 bytes each                     |  63..62 kind, as of TouchRing | 61..52 zero | 51..0 page
 *     +------------------------------------------+
 * </pre>
 */
final class RecordingLayout {
    static final int HEADER_BYTES = 32;

    private static final long MAGIC = 0x3145_4341_5254_4D52L;
    private static final int ONE_IN = 8;
    private static final int LOST = 16;
    private static final int MILLISECONDS = 24;
    private static final int KIND_SHIFT = 62;
    private static final int PAGE_BITS = 52;
    private static final int MAX_ONE_IN = 1 << 20;

    private RecordingLayout() {}

    /** Whether a file that begins so is a recording. */
    static boolean begins(byte[] bytes) {
        return bytes.length == Long.BYTES && buffer(bytes).getLong() == MAGIC;
    }

    static byte[] header(int oneIn, long lost, long milliseconds) {
        byte[] header = new byte[HEADER_BYTES];
        buffer(header).putLong(MAGIC).putInt(ONE_IN, oneIn).putLong(LOST, lost).putLong(MILLISECONDS, milliseconds);
        return header;
    }

    /** Writes one event, of {@link TouchRing}. */
    static void write(OutputStream out, int kind, long page) throws IOException {
        long event = ((long) kind << KIND_SHIFT) | page;
        for (int i = 0; i < Long.BYTES; i++) {
            out.write((int) (event >>> (i * Byte.SIZE)));
        }
    }

    /** The touches of a recording; its evictions are what one policy did and no part of the workload. */
    static Trace read(String name, InputStream in, int most) throws IOException {
        byte[] header = in.readNBytes(HEADER_BYTES);
        if (header.length < HEADER_BYTES || !begins(Arrays.copyOf(header, Long.BYTES))) {
            throw new MalformedTraceException("record", 0, "the file does not begin as a recording does");
        }
        int oneIn = buffer(header).getInt(ONE_IN);
        long lost = buffer(header).getLong(LOST);
        if (oneIn < 1 || oneIn > MAX_ONE_IN || lost < 0) {
            throw new MalformedTraceException("record", 0, "one page in " + oneIn + ", " + lost + " events lost");
        }
        TraceBuilder builder = new TraceBuilder();
        readEvents(in, most, builder);
        if (builder.accesses() == 0) {
            throw new MalformedTraceException("record", 1, "the recording ends without a touch");
        }
        return new Trace(name, builder, oneIn, lost);
    }

    private static void readEvents(InputStream in, int most, TraceBuilder builder) throws IOException {
        byte[] bytes = new byte[Long.BYTES];
        for (long number = 1; builder.accesses() < most && !builder.isFull(); number++) {
            int length = in.readNBytes(bytes, 0, bytes.length);
            if (length == 0) {
                return;
            }
            long event = buffer(bytes).getLong();
            int kind = TouchRing.kind(event);
            if (length < bytes.length || kind == 0 || ((event << 2) >>> (PAGE_BITS + 2)) != 0) {
                throw new MalformedTraceException("record", number, "no event: 0x" + Long.toHexString(event));
            }
            if (kind != TouchRing.EVICTION) {
                builder.add(TouchRing.page(event));
            }
        }
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
