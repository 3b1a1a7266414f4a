// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A thread that accesses words of a region at the pages of a table; {@code tier_loop.c} does the same to its memory. */
abstract class RegionWorker {
    private static final int MAX_SAMPLES = 1 << 20;
    private static final int BATCH = 64;
    private static final long WORD_OF_PAGE = ReferencePages.PAGE / Long.BYTES - 1;
    private static final long FIRST_SEED = 99;

    private final int[] table;
    private final long[] samples = new long[MAX_SAMPLES];
    private final Thread thread =
            Thread.ofPlatform().daemon().name("accesses-a-region").unstarted(this::run);
    private int at;
    private int sampleCount;
    private long random;
    private long sum;
    private volatile long accesses;
    private volatile boolean timed;
    private volatile boolean stop;
    private volatile @Nullable Throwable failure;

    RegionWorker(int[] table, int number, int start) {
        this.table = table;
        at = start % table.length;
        random = FIRST_SEED + number;
    }

    /** How the words are accessed. */
    enum Way {
        /** By plain loads and stores. */
        TOUCH("Remap, touches"),
        /** By {@link Region#read}, one after the other. */
        READ("Remap, Region.read"),
        /** By {@link Region#read} of many at once. */
        READ_BATCH("Remap, read of 64"),
        /** By plain loads once {@link Region#loadAsync} has brought in many pages at once. */
        LOAD_BATCH("Remap, load of 64"),
        /** By plain loads after {@link Region#prefetch} was told of many. */
        PREFETCH_BATCH("Remap, prefetch of 64");

        private final String words;

        Way(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    static RegionWorker create(Way way, Region region, TierRow row, int[] table, int number, int start) {
        if (row == TierRow.CHASE) {
            return new RegionChase(way, region, table, number, start);
        }
        return switch (way) {
            case TOUCH -> new Touches(region, row, table, number, start);
            case READ -> new Reads(region, table, number, start, 1);
            case READ_BATCH -> new Reads(region, table, number, start, BATCH);
            case LOAD_BATCH, PREFETCH_BATCH -> new Loads(way, region, table, number, start);
        };
    }

    private void run() {
        try {
            for (long made = 0; !stop; ) {
                long start = System.nanoTime();
                made += accessTimed();
                if (timed && sampleCount < MAX_SAMPLES) {
                    samples[sampleCount++] = System.nanoTime() - start;
                }
                made += accessMore();
                accesses = made;
            }
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        }
    }

    /** What is timed: an access, or a batch. Answers how many accesses that were. */
    abstract int accessTimed() throws IOException;

    /** The accesses between two that are timed. */
    abstract int accessMore() throws IOException;

    /** Where the next access goes. */
    final long nextOffset() {
        random = Shuffle.next(random);
        long offset = (long) table[at] * ReferencePages.PAGE + ((random >>> 20) & WORD_OF_PAGE) * Long.BYTES;
        at = at + 1 == table.length ? 0 : at + 1;
        return offset;
    }

    /** The number that decides about the access whose offset was the last. */
    final long random() {
        return random;
    }

    /** Takes note of a word that was read, so that the load is not left out. */
    final void saw(long word) {
        sum += word;
    }

    void start() {
        thread.start();
    }

    /** From now on, times are kept. */
    void keepTimes() {
        timed = true;
    }

    long accesses() {
        return accesses;
    }

    void askToStop() {
        stop = true;
    }

    /** Waits until its access has ended. */
    void join() throws IOException, InterruptedException {
        thread.join();
        Throwable cause = failure;
        if (cause != null) {
            throw new IOException("a thread failed: " + cause.getMessage(), cause);
        }
        if (sum == 0) {
            throw new IOException("the region reads as zeros");
        }
    }

    /** Only after {@link #join}. */
    long[] times() {
        return Arrays.copyOf(samples, sampleCount);
    }

    private static final class Touches extends RegionWorker {
        private static final int MORE = 15;
        private static final int PERCENT = 100;

        private final MemorySegment memory;
        private final int writePercent;
        private final boolean readsWhatItWrites;

        Touches(Region region, TierRow row, int[] table, int number, int start) {
            super(table, number, start);
            memory = region.segment();
            writePercent = row.writePercent();
            readsWhatItWrites = row.readsWhatItWrites();
        }

        @Override
        int accessTimed() {
            access();
            return 1;
        }

        @Override
        int accessMore() {
            for (int i = 0; i < MORE; i++) {
                access();
            }
            return MORE;
        }

        private void access() {
            long offset = nextOffset();
            if (Long.remainderUnsigned(random(), PERCENT) >= writePercent) {
                saw(memory.get(ValueLayout.JAVA_LONG, offset));
            } else if (readsWhatItWrites) {
                long word = memory.get(ValueLayout.JAVA_LONG, offset);
                saw(word);
                memory.set(ValueLayout.JAVA_LONG, offset, word ^ random());
            } else {
                memory.set(ValueLayout.JAVA_LONG, offset, random());
            }
        }
    }

    private static final class Reads extends RegionWorker {
        private static final int MORE = 15;

        private final Region region;
        private final long[] offsets;
        private final MemorySegment target;

        Reads(Region region, int[] table, int number, int start, int batch) {
            super(table, number, start);
            this.region = region;
            offsets = new long[batch];
            target = Arena.ofAuto().allocate((long) batch * Long.BYTES, Long.BYTES);
        }

        @Override
        int accessTimed() throws IOException {
            if (offsets.length == 1) {
                region.read(nextOffset(), target);
            } else {
                Arrays.setAll(offsets, ignored -> nextOffset());
                region.read(offsets, offsets.length, Long.BYTES, target);
            }
            saw(target.get(ValueLayout.JAVA_LONG, 0));
            return offsets.length;
        }

        @Override
        int accessMore() throws IOException {
            int more = offsets.length == 1 ? MORE : 0;
            for (int i = 0; i < more; i++) {
                accessTimed();
            }
            return more;
        }
    }

    /** Brings in pages, all of them at once. */
    static void load(Region region, long[] offsets) throws IOException {
        try {
            region.loadAsync(offsets, offsets.length, Long.BYTES)
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw new IOException(e.getCause());
        }
    }

    private static final class Loads extends RegionWorker {
        private final Way way;
        private final Region region;
        private final MemorySegment memory;
        private final long[] offsets = new long[BATCH];

        Loads(Way way, Region region, int[] table, int number, int start) {
            super(table, number, start);
            this.way = way;
            this.region = region;
            memory = region.segment();
        }

        @Override
        int accessTimed() throws IOException {
            Arrays.setAll(offsets, ignored -> nextOffset());
            if (way == Way.LOAD_BATCH) {
                load(region, offsets);
            } else {
                region.prefetch(offsets, offsets.length, Long.BYTES);
            }
            for (long offset : offsets) {
                saw(memory.get(ValueLayout.JAVA_LONG, offset));
            }
            return BATCH;
        }

        @Override
        int accessMore() {
            return 0;
        }
    }
}
