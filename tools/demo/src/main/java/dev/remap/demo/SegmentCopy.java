// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/** Copies out of memory whose pages may be absent. */
final class SegmentCopy {
    /** A copy is one step for the JVM: no thread can stop in the middle of it. */
    private static final int STEP = 4096;

    private SegmentCopy() {}

    /** Page by page, so that a stop of all threads waits for one page at most. */
    static void copy(MemorySegment source, long offset, byte[] target, int length) {
        int done = 0;
        while (done < length) {
            int part = (int) Math.min(length - done, STEP - (offset + done) % STEP);
            MemorySegment.copy(source, JAVA_BYTE, offset + done, target, done, part);
            done += part;
        }
    }
}
