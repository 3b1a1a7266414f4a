// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import dev.remap.wire.TouchRing;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;

/** Follows a manager's ring of touches and writes them to a recording. One thread. */
final class RingReader {
    private final MemorySegment ring;
    private final OutputStream out;
    private long next;
    private long lost;
    private long written;

    RingReader(MemorySegment ring, OutputStream out) {
        this.ring = ring;
        this.out = out;
    }

    /** Writes what there is. An entry that is claimed and not written yet is waited for by coming again. */
    void drain() throws IOException {
        long end = TouchRing.claimed(ring);
        if (end - next > TouchRing.CAPACITY) {
            skipTo(end - TouchRing.CAPACITY);
        }
        while (next < end) {
            long entry = TouchRing.read(ring, next);
            if (entry == TouchRing.NOT_YET) {
                return;
            }
            if (entry == TouchRing.LOST) {
                lost++;
            } else {
                RecordingLayout.write(out, TouchRing.kind(entry), TouchRing.page(entry));
                written++;
            }
            next++;
        }
    }

    /** Counts what is not written yet as lost: its writer was stopped, or has died. */
    void end() throws IOException {
        drain();
        skipTo(TouchRing.claimed(ring));
    }

    private void skipTo(long number) {
        lost += number - next;
        next = number;
    }

    long lost() {
        return lost;
    }

    long written() {
        return written;
    }
}
