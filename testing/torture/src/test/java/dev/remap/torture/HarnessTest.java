// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A harness that notices nothing proves nothing: each kind of loss that eviction can cause must be found. */
class HarnessTest {
    private static final long SIZE = 1 << 20;

    private static TortureConfig config(long seed, long operations) {
        return new TortureConfig(
                seed, 60, operations, 4, SIZE, SIZE / 8, false, List.of("zram"), "s3fifo", FileMode.NONE, false);
    }

    @Test
    void aCorrectRegionPasses() throws Exception {
        try (PlainRegion region = new PlainRegion(SIZE)) {
            assertThat(new MixedRun(config(1, 20_000), region).call()).contains("every byte of 256 pages is right");
        }
    }

    @Test
    void everyKindOfOperationIsDone() throws Exception {
        try (PlainRegion region = new PlainRegion(SIZE)) {
            String totals = new MixedRun(config(2, 20_000), region).call();
            for (Operation operation : Operation.values()) {
                assertThat(totals).containsPattern(operation + " +[1-9]");
            }
        }
    }

    @Test
    void aStoreLostByEvictionIsFound() {
        PlainRegion region = new PlainRegion(SIZE) {
            @Override
            public long pageOut(long offset, long length) {
                // Copy, then punch without protecting: what is stored between the two is gone.
                for (long page = offset; page < offset + length; page += 4096) {
                    byte[] copy = memory.asSlice(page, 4096).toArray(JAVA_BYTE);
                    Thread.onSpinWait();
                    MemorySegment.copy(copy, 0, memory, JAVA_BYTE, page, 4096);
                }
                return length;
            }
        };
        assertFound(region);
    }

    @Test
    void aPageThatComesBackAsZerosIsFound() {
        assertFound(new PlainRegion(SIZE) {
            @Override
            public long pageOut(long offset, long length) {
                memory.asSlice(offset, 4096).fill((byte) 0);
                return length;
            }
        });
    }

    @Test
    void aDiscardThatLeavesTheLastPageIsFound() {
        assertFound(new PlainRegion(SIZE) {
            @Override
            public void discard(long offset, long length) {
                super.discard(offset, length - 4096);
            }
        });
    }

    @Test
    void aTransferThatMissesAByteIsFound() {
        assertFound(new PlainRegion(SIZE) {
            @Override
            public long transferFrom(ReadableByteChannel source, long offset, long length) throws IOException {
                long read = super.transferFrom(source, offset, length);
                memory.set(JAVA_BYTE, offset + length / 2, (byte) 77);
                return read;
            }
        });
    }

    @Test
    void aScatteredReadThatMixesUpItsEntriesIsFound() {
        assertFound(new PlainRegion(SIZE) {
            @Override
            public void read(long[] offsets, int count, long lengthEach, MemorySegment target) {
                long[] turned = offsets.clone();
                turned[0] = offsets[count - 1];
                super.read(turned, count, lengthEach, target);
            }
        });
    }

    @Test
    void whatForceLeavesOutOfTheFileIsFound() throws Exception {
        TortureConfig plain = config(7, 100_000);
        TortureConfig onFile = new TortureConfig(
                7,
                60,
                plain.operations(),
                4,
                SIZE,
                SIZE / 8,
                false,
                List.of("zram"),
                "s3fifo",
                FileMode.READ_WRITE,
                false);
        try (TestFile file = TestFile.create(onFile);
                PlainRegion region = new PlainRegion(SIZE)) {
            file.read(0, region.memory);
            assertThatThrownBy(new MixedRun(onFile, region, file)::call)
                    .isInstanceOf(TortureFailure.class)
                    .hasMessageContaining("file after force");
        }
    }

    @Test
    void oneWrongByteThatNobodyReadsIsFoundInTheFinalCheck() {
        PlainRegion region = new PlainRegion(SIZE) {
            @Override
            public void close() {}
        };
        MixedRun run = new MixedRun(config(3, 1), region);
        region.memory.set(JAVA_BYTE, SIZE - 1, (byte) 1);
        assertThatThrownBy(run::call)
                .isInstanceOf(TortureFailure.class)
                .hasMessageContaining("seed 3, final check: page 255")
                .hasMessageContaining("1 wrong bytes: +0xfff: 0x1 for 0x0");
    }

    @Test
    void aLostIncrementIsFound() {
        PlainRegion region = new PlainRegion(SIZE) {
            @Override
            public long pageOut(long offset, long length) {
                long old = memory.get(JAVA_LONG, offset);
                Thread.onSpinWait();
                memory.set(JAVA_LONG, offset, old);
                return length;
            }
        };
        assertThatThrownBy(new CountersRun(config(4, 10_000_000), region)::call)
                .isInstanceOf(TortureFailure.class)
                .hasMessageContaining("counter of thread 0");
    }

    @Test
    void countersOfACorrectRegionAreAllRight() throws Exception {
        try (PlainRegion region = new PlainRegion(SIZE)) {
            assertThat(new CountersRun(config(5, 20_000), region).call()).contains("80,000 increments");
        }
    }

    private static void assertFound(PlainRegion region) {
        assertThatThrownBy(new MixedRun(config(6, 1_000_000), region)::call)
                .isInstanceOf(TortureFailure.class)
                .hasMessageContaining("seed 6, thread")
                .hasMessageContaining("operation")
                .hasMessageContaining("offset")
                .hasMessageContaining("expected")
                .hasMessageContaining("got")
                .hasMessageContaining("isLoaded");
    }
}
