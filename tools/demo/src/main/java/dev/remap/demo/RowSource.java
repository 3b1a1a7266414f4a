// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import io.trino.tpch.Distributions;
import io.trino.tpch.LineItem;
import io.trino.tpch.LineItemGenerator;
import io.trino.tpch.TextPool;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Generates {@code lineitem} on a thread of its own, a few blocks ahead of the reader, so that making rows and storing them
 * overlap. To be read by one thread.
 */
final class RowSource implements AutoCloseable {
    private static final int BLOCKS_AHEAD = 8;
    private static final int TEXT_BYTES = 1 << 20;
    private static final RowBlock END = new RowBlock();

    private final BlockingQueue<RowBlock> blocks = new ArrayBlockingQueue<>(BLOCKS_AHEAD);
    private final HeapQueries witness;
    private final Thread generator;
    private volatile @Nullable Throwable failure;

    /** Starts generating; every row is shown to the witness before it is handed out. */
    RowSource(Iterable<LineItem> rows, HeapQueries witness) {
        this.witness = witness;
        generator = Thread.ofPlatform().name("tpch-generator").daemon().start(() -> generate(rows));
    }

    /** All rows of the table at a scale factor. */
    static RowSource lineitem(double scale, HeapQueries witness) {
        return new RowSource(
                () -> new LineItemGenerator(scale, 1, 1, Distributions.getDefaultDistributions(), comments())
                        .iterator(),
                witness);
    }

    /**
     * Comments have random numbers of their own and are not stored, so that a small pool of text leaves the other columns as they are. The
     * generator's own takes 300 MB and seconds to make.
     */
    private static TextPool comments() {
        return new TextPool(TEXT_BYTES, Distributions.getDefaultDistributions());
    }

    /** The next rows, or null after the last. Blocks until they have been made. */
    @Nullable
    RowBlock next() throws InterruptedException {
        RowBlock block = blocks.take();
        if (block != END) {
            return block;
        }
        Throwable cause = failure;
        if (cause != null) {
            throw new IllegalStateException("the TPC-H generator failed: " + cause, cause);
        }
        return null;
    }

    /** Stops generating and awaits the thread. */
    @Override
    public void close() {
        generator.interrupt();
        boolean interrupted = false;
        while (generator.isAlive()) {
            try {
                generator.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void generate(Iterable<LineItem> rows) {
        try {
            fill(rows);
        } catch (InterruptedException closed) {
            blocks.clear();
        } catch (RuntimeException | Error e) {
            failure = e;
            blocks.clear();
            blocks.add(END);
        }
    }

    private void fill(Iterable<LineItem> rows) throws InterruptedException {
        RowBlock block = new RowBlock();
        for (LineItem row : rows) {
            witness.add(row);
            block.add(row);
            if (block.isFull()) {
                blocks.put(block);
                block = new RowBlock();
            }
        }
        if (block.rows() > 0) {
            blocks.put(block);
        }
        blocks.put(END);
    }
}
