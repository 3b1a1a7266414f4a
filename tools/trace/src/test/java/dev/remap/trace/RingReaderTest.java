// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.wire.TouchRing;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class RingReaderTest {
    private final MemorySegment ring = Arena.ofAuto().allocate(TouchRing.FILE_BYTES, Long.BYTES);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final RingReader reader = new RingReader(ring, out);

    private int[] pages() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(RecordingLayout.header(1, reader.lost(), 0));
        file.write(out.toByteArray());
        return RecordingLayout.read("ring", new ByteArrayInputStream(file.toByteArray()), Integer.MAX_VALUE)
                .pages();
    }

    @Test
    void readsWhatWasWrittenInOrderAndNothingTwice() throws IOException {
        TouchRing.create(ring);
        TouchRing.record(ring, TouchRing.FAULT, 5);
        TouchRing.record(ring, TouchRing.RETOUCH, 6);
        reader.drain();
        reader.drain();
        TouchRing.record(ring, TouchRing.RETOUCH, 5);
        reader.end();
        assertThat(pages()).containsExactly(0, 1, 0);
        assertThat(reader.written()).isEqualTo(3);
        assertThat(reader.lost()).isZero();
    }

    @Test
    void followsTheRingRoundAndRound() throws IOException {
        TouchRing.create(ring);
        for (int i = 0; i < 3 * TouchRing.CAPACITY; i++) {
            TouchRing.record(ring, TouchRing.FAULT, i);
            if (i % 1_000 == 0) {
                reader.drain();
            }
        }
        reader.end();
        assertThat(reader.lost()).isZero();
        assertThat(reader.written()).isEqualTo(3L * TouchRing.CAPACITY);
    }

    @Test
    void countsWhatWasOverwrittenBeforeItCame() throws IOException {
        TouchRing.create(ring);
        for (int i = 0; i < TouchRing.CAPACITY + 100; i++) {
            TouchRing.record(ring, TouchRing.FAULT, i);
        }
        reader.end();
        assertThat(reader.lost()).isEqualTo(100);
        assertThat(reader.written()).isEqualTo(TouchRing.CAPACITY);
    }

    @Test
    void aRingOfAnotherKindIsNone() {
        assertThat(TouchRing.isRing(ring)).isFalse();
        TouchRing.create(ring);
        assertThat(TouchRing.isRing(ring)).isTrue();
    }
}
