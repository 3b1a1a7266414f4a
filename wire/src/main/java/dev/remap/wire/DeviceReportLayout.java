// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A manager's report of its devices, in a memfd that others may read: text for people, replaced as a whole.
 *
 * <pre>
 *   0          8          16                 {@value #FILE_BYTES}
 *   +----------+----------+------------------+
 *   | sequence |  length  | UTF-8 ...        |
 *   +----------+----------+------------------+
 *    odd while
 *    it is written
 * </pre>
 */
public final class DeviceReportLayout {
    /** Name of the memfd. */
    public static final String NAME = "remap-devices";

    /** Bytes of the memfd; a longer text is cut. */
    public static final long FILE_BYTES = 256 << 10;

    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();
    private static final long SEQUENCE = 0;
    private static final long LENGTH = SEQUENCE + Long.BYTES;
    private static final long TEXT = LENGTH + Long.BYTES;

    private DeviceReportLayout() {}

    /** Replaces the text. For one writer. */
    public static void write(MemorySegment file, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = (int) Math.min(bytes.length, FILE_BYTES - TEXT);
        long sequence = (long) LONG.getVolatile(file, SEQUENCE);
        LONG.setVolatile(file, SEQUENCE, sequence + 1);
        file.set(ValueLayout.JAVA_LONG, LENGTH, (long) length);
        MemorySegment.copy(bytes, 0, file, ValueLayout.JAVA_BYTE, TEXT, length);
        LONG.setVolatile(file, SEQUENCE, sequence + 2);
    }

    /** The text in a copy of the memfd, made between two reads of its sequence; nothing if it was being written. */
    public static Optional<String> read(MemorySegment copy, long sequenceAfter) {
        long sequence = copy.get(ValueLayout.JAVA_LONG_UNALIGNED, SEQUENCE);
        long length = copy.get(ValueLayout.JAVA_LONG_UNALIGNED, LENGTH);
        if (sequence % 2 != 0 || sequence != sequenceAfter || length < 0 || length > copy.byteSize() - TEXT) {
            return Optional.empty();
        }
        byte[] bytes = copy.asSlice(TEXT, length).toArray(ValueLayout.JAVA_BYTE);
        return Optional.of(new String(bytes, StandardCharsets.UTF_8));
    }
}
