// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.remap.Advice;
import dev.remap.Pin;
import dev.remap.Region;
import dev.remap.RemapException;
import dev.remap.RemapException.Category;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One thread's operations while calls fail. Each may fail, by an exception of a kind that says so or, a touch, by an error or by
 * {@code verify}; what succeeds must be right, and all must end in time.
 */
final class FaultLane {
    /** Touches wait for memory for 3 s, commands for 3 s and 5 s more for their answer; a hang lasts up to 5 s. */
    static final long LIMIT_MS = 20_000;

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int PAGE = TortureConfig.PAGE;
    private static final int CELL = CellModel.CELL;
    private static final int MOST_PAGES = 16;
    private static final Set<Category> POSSIBLE = EnumSet.of(
            Category.IO, Category.CORRUPT, Category.DEADLINE, Category.NO_MEMORY, Category.CAPACITY, Category.QUOTA);

    /** What an operation does; it throws what a failure throws. */
    private interface Body {
        void run() throws IOException;
    }

    private final int thread;
    private final Region region;
    private final MemorySegment segment;
    private final CellModel model;
    private final FaultCounts counts;
    private final SplittableRandom random;
    private final boolean readOnly;
    private final boolean discards;
    private final long[] longs = new long[CellModel.LONGS];
    private final long[] content = new long[CellModel.LONGS];
    private final MemorySegment bytes = MemorySegment.ofArray(new long[MOST_PAGES * PAGE / Long.BYTES]);
    private final EnumSet<Category> possible = EnumSet.copyOf(POSSIBLE);
    private volatile String doing = "nothing yet";
    private volatile long beganNs = System.nanoTime();

    FaultLane(int thread, Region region, CellModel model, FaultCounts counts, FileMode mode, long seed) {
        this.thread = thread;
        this.region = region;
        segment = region.segment();
        this.model = model;
        this.counts = counts;
        random = new SplittableRandom(seed + thread);
        readOnly = mode == FileMode.READ_ONLY;
        discards = mode == FileMode.NONE;
    }

    /** The manager may end from now on. */
    void managerMayEnd() {
        possible.add(Category.MANAGER_LOST);
    }

    void step() {
        int roll = random.nextInt(100);
        if (roll < 45) {
            run("touch", this::readCell);
        } else if (roll < 70 && !readOnly) {
            run("write", this::writeCell);
        } else if (roll < 77) {
            run("read", this::regionRead);
        } else if (roll < 81) {
            run("scattered read", this::scatteredRead);
        } else if (roll < 85) {
            load();
        } else if (roll < 89 && !readOnly) {
            run("pin", this::pin);
        } else if (roll < 95) {
            run("pageOut", () -> region.pageOut(pageOffset(), (long) MOST_PAGES * PAGE));
        } else if (roll < 97) {
            hint();
        } else if (roll < 99 && discards) {
            run("discard", this::discard);
        } else {
            run("force", () -> region.force(pageOffset(), (long) MOST_PAGES * PAGE));
        }
    }

    /** The only operation that has a deadline of its caller's, which a lost message makes it need. */
    void load() {
        run("load", () -> region.load(pageOffset(), (long) MOST_PAGES * PAGE, PATIENCE));
    }

    private void run(String operation, Body body) {
        doing = operation;
        beganNs = System.nanoTime();
        String how = "ok";
        try {
            body.run();
        } catch (RemapException e) {
            if (!possible.contains(e.category())) {
                throw new TortureFailure(operation + " ended in " + e, e);
            }
            how = e.category().name();
        } catch (InternalError e) {
            if (operation.equals("pin") || !String.valueOf(e.getMessage()).contains("unsafe memory access")) {
                throw new TortureFailure(operation + " ended in " + e, e);
            }
            how = "InternalError";
        } catch (IOException e) {
            throw new TortureFailure(operation + " ended in " + e, e);
        }
        long elapsedMs = (System.nanoTime() - beganNs) / 1_000_000;
        counts.ended(operation, how, elapsedMs);
        doing = "";
        if (elapsedMs > LIMIT_MS) {
            throw new TortureFailure(operation + " took " + elapsedMs + " ms, and ended in " + how);
        }
    }

    /** What it is doing, and for how long; null if that is in time. */
    @Nullable
    String late() {
        long elapsedMs = (System.nanoTime() - beganNs) / 1_000_000;
        return doing.isEmpty() || elapsedMs <= LIMIT_MS
                ? null
                : "thread " + thread + ": " + doing + " for " + elapsedMs + " ms";
    }

    private void readCell() throws IOException {
        int cell = pickCell();
        MemorySegment.copy(segment, JAVA_LONG, (long) cell * CELL, longs, 0, CellModel.LONGS);
        region.verify((long) cell * CELL, CELL);
        check(cell);
    }

    private void writeCell() throws IOException {
        int cell = pickCell();
        int version = model.next(cell);
        model.content(cell, version, content);
        model.begin(cell, version);
        long at = (long) cell * CELL;
        for (int i = 0; i < CellModel.LONGS; i++) {
            segment.setAtIndex(JAVA_LONG, at / Long.BYTES + i, content[i]);
        }
        region.verify(at, CELL);
        model.certain(cell, version);
    }

    private void regionRead() throws IOException {
        long offset = pageOffset();
        int pages = 1 + random.nextInt(MOST_PAGES);
        region.read(offset, bytes.asSlice(0, (long) pages * PAGE));
        checkOwn(offset, pages);
    }

    private void checkOwn(long offset, int pages) {
        int first = (int) (offset / CELL);
        for (int i = 0; i < pages * CellModel.CELLS_A_PAGE; i++) {
            if (model.owner(first + i) == thread) {
                MemorySegment.copy(bytes, JAVA_LONG, (long) i * CELL, longs, 0, CellModel.LONGS);
                check(first + i);
            }
        }
    }

    private void scatteredRead() throws IOException {
        int[] cells = new int[1 + random.nextInt(48)];
        long[] offsets = new long[cells.length];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = pickCell();
            offsets[i] = (long) cells[i] * CELL;
        }
        region.read(offsets, offsets.length, CELL, bytes);
        for (int i = 0; i < cells.length; i++) {
            MemorySegment.copy(bytes, JAVA_LONG, (long) i * CELL, longs, 0, CellModel.LONGS);
            check(cells[i]);
        }
    }

    /** Within a pin nothing fails: what is read is right, what is written is there. */
    private void pin() throws IOException {
        int cell = pickCell();
        int version = model.next(cell);
        try (Pin pin = region.pin((long) cell * CELL, CELL, PATIENCE)) {
            MemorySegment.copy(pin.segment(), JAVA_LONG, 0, longs, 0, CellModel.LONGS);
            check(cell);
            model.content(cell, version, content);
            MemorySegment.copy(content, 0, pin.segment(), JAVA_LONG, 0, CellModel.LONGS);
            model.certain(cell, version);
        }
    }

    private void hint() {
        if (random.nextBoolean()) {
            run("prefetch", () -> region.prefetch(pageOffset(), (long) MOST_PAGES * PAGE));
        } else {
            Advice[] all = Advice.values();
            run("advise", () -> region.advise(pageOffset(), (long) MOST_PAGES * PAGE, all[random.nextInt(all.length)]));
        }
    }

    private void discard() throws IOException {
        int first;
        do {
            first = random.nextInt((int) model.pages()) / 8 * 8 * CellModel.CELLS_A_PAGE;
        } while (model.owner(first) != thread);
        int page = first / CellModel.CELLS_A_PAGE;
        for (int i = 0; i < CellModel.CELLS_A_PAGE; i++) {
            model.begin(first + i, CellModel.ZEROS);
        }
        region.discard((long) page * PAGE, PAGE);
        for (int i = 0; i < CellModel.CELLS_A_PAGE; i++) {
            model.certain(first + i, CellModel.ZEROS);
        }
    }

    private void check(int cell) {
        if (!model.accepts(cell, longs)) {
            throw new TortureFailure(doing + ": " + model.describe(cell, longs) + "; "
                    + PageState.describe(region, (long) cell * CELL, 0));
        }
    }

    /** One of its own, half of the time in a sixteenth of the region. */
    private int pickCell() {
        while (true) {
            int bound = random.nextBoolean() ? model.cells() : model.cells() / 16;
            int cell = random.nextInt(bound);
            if (model.owner(cell) == thread) {
                return cell;
            }
        }
    }

    private long pageOffset() {
        return random.nextLong(model.pages() - MOST_PAGES) * PAGE;
    }
}
