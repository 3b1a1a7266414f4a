// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.peers.WordReader;
import dev.remap.peers.WordSource;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Threads of one kind that read words of a file at the pages of a table, and check them. {@code file_loop.c} does the same. */
final class FileReaders {
    private static final int TIME_ONE_IN = 16;
    private static final int MAX_SAMPLES = 1 << 20;
    private static final long WORDS = DataFile.PAGE / Long.BYTES;
    private static final long FIRST_SEED = 88_172_645_463_325_252L;

    private final DataFile file;
    private final WordSource source;
    private final int[] table;
    private final Reader[] readers;
    private volatile boolean stop;

    /**
     * Starts them. Their times are kept, or not while warming up.
     *
     * @param first where in the table the first of them begins
     */
    FileReaders(DataFile file, WordSource source, int[] table, int first, int count, boolean timed) {
        this.file = file;
        this.source = source;
        this.table = table;
        readers = new Reader[count];
        for (int i = 0; i < count; i++) {
            int start = (int) ((first + (long) table.length * i / count) % table.length);
            readers[i] = new Reader(start, new long[timed ? MAX_SAMPLES : 0]);
        }
        for (Reader reader : readers) {
            reader.thread.start();
        }
    }

    /** Accesses so far. */
    long accesses() {
        return Arrays.stream(readers).mapToLong(reader -> reader.accesses).sum();
    }

    /** Waits until each has ended its access. */
    void stop() throws IOException, InterruptedException {
        stop = true;
        for (Reader reader : readers) {
            reader.thread.join();
        }
        for (Reader reader : readers) {
            Throwable cause = reader.failure;
            if (cause != null) {
                throw new IOException("a reader failed: " + cause.getMessage(), cause);
            }
        }
    }

    /** The sampled times of accesses, together. Only after {@link #stop}. */
    TouchTimes times() {
        return TouchTimes.of(Arrays.stream(readers)
                .flatMapToLong(reader -> Arrays.stream(reader.samples, 0, reader.sampleCount))
                .toArray());
    }

    private final class Reader {
        final Thread thread = Thread.ofPlatform().daemon().name("reads-a-file").unstarted(this::run);
        final long[] samples;
        int sampleCount;
        volatile long accesses;
        volatile @Nullable Throwable failure;
        private int at;
        private long random;

        Reader(int start, long[] samples) {
            this.samples = samples;
            at = start;
            random = FIRST_SEED + start;
        }

        private void run() {
            try (WordReader words = source.open()) {
                for (long made = TIME_ONE_IN; !stop; made += TIME_ONE_IN) {
                    readSome(words);
                    accesses = made;
                }
            } catch (IOException | RuntimeException | Error e) {
                failure = e;
            }
        }

        private void readSome(WordReader words) throws IOException {
            if (sampleCount < samples.length) {
                long start = System.nanoTime();
                readOne(words);
                samples[sampleCount++] = System.nanoTime() - start;
            } else {
                readOne(words);
            }
            for (int i = 1; i < TIME_ONE_IN; i++) {
                readOne(words);
            }
        }

        private void readOne(WordReader words) throws IOException {
            random = Shuffle.next(random);
            int page = table[at];
            int word = Math.max(source.firstWord(), (int) (random >>> 20 & (WORDS - 1)));
            at = at + 1 == table.length ? 0 : at + 1;
            file.check(page * WORDS + word, words.read(page, word));
        }
    }
}
