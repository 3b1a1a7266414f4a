// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class KeyEntryTest {
    private static MemorySegment block(int entries) {
        ByteBuffer bytes = ByteBuffer.allocate(KeyEntry.BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < entries; i++) {
            KeyEntry.put(bytes, 10L * i, 1L << 40 | i, 100 + i, -i, 9, 7);
        }
        return MemorySegment.ofBuffer(bytes.clear());
    }

    @Test
    void blockHoldsWholeEntries() {
        assertThat(KeyEntry.BLOCK_BYTES % KeyEntry.BYTES).isZero();
        assertThat(KeyEntry.PER_BLOCK).isEqualTo(128);
    }

    @Test
    void everyKeyIsFoundAndNoOther() {
        for (int entries = 0; entries <= KeyEntry.PER_BLOCK; entries++) {
            MemorySegment block = block(entries);
            for (int i = 0; i < entries; i++) {
                assertThat(KeyEntry.find(block, entries, 10L * i)).isEqualTo(i);
                assertThat(KeyEntry.find(block, entries, 10L * i + 5)).isNegative();
            }
            assertThat(KeyEntry.find(block, entries, -1)).isNegative();
        }
    }

    @Test
    void entryHasItsFields() {
        MemorySegment block = block(3);

        assertThat(KeyEntry.offset(block, 2)).isEqualTo(1L << 40 | 2);
        assertThat(KeyEntry.length(block, 2)).isEqualTo(102);
        assertThat(KeyEntry.crc(block, 2)).isEqualTo(-2);
    }

    @Test
    void fencesLeadToTheBlockThatHoldsAKey() {
        long[] fences = {1, 100, 200};

        assertThat(Lookups.blockOf(fences, 1)).isZero();
        assertThat(Lookups.blockOf(fences, 99)).isZero();
        assertThat(Lookups.blockOf(fences, 100)).isEqualTo(1);
        assertThat(Lookups.blockOf(fences, 5_000)).isEqualTo(2);
        assertThat(Lookups.blockOf(fences, 0)).isZero();
    }
}
