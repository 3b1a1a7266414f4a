// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import dev.remap.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Every operation there is, by several threads, on a region several times the budget, while another thread evicts pages at random;
 * every read is compared with the model, and every byte at the end.
 */
final class MixedRun implements Run {
    private static final int PAGE = TortureConfig.PAGE;
    private static final int EVICTED_AT_ONCE = 256;
    private static final long EVICTOR_PAUSE_NS = 300_000;

    private final TortureConfig config;
    private final Region region;
    private final @Nullable TestFile file;
    private final RunState state;
    private final OperationCounts totals = new OperationCounts();
    private final List<Lane> lanes = new ArrayList<>();

    MixedRun(TortureConfig config, Region region) {
        this(config, region, null);
    }

    /** On the region of a file, which is to be checked when the region is closed. */
    MixedRun(TortureConfig config, Region region, @Nullable TestFile file) {
        this.file = file;
        this.config = config;
        this.region = region;
        this.state = new RunState(config.seconds());
    }

    @Override
    public String call() throws Exception {
        try (Arena arena = Arena.ofShared()) {
            Model model = new Model(config, file, arena);
            addLanes(model, arena);
            try {
                work();
            } finally {
                closeFiles();
            }
            checkEveryByte(model);
            if (file != null) {
                file.expect(model.shadow);
            }
        }
        return summary();
    }

    private void addLanes(Model model, Arena arena) throws IOException {
        for (int thread = 0; thread < config.threads(); thread++) {
            lanes.add(new Lane(config, thread, region, model, DirectFile.create(), arena));
        }
    }

    private void work() throws InterruptedException {
        for (Lane lane : lanes) {
            state.start("torture-" + lane.thread, () -> follow(lane));
        }
        state.start("torture-evictor", this::evict);
        state.await(0, config.threads());
        state.stop();
        state.awaitAll();
        state.rethrow();
    }

    private void follow(Lane lane) throws Exception {
        while (state.running() && (config.operations() == 0 || lane.progress.number() < config.operations())) {
            lane.step(totals);
        }
    }

    private void evict() throws IOException {
        SplittableRandom random = new SplittableRandom(~config.seed());
        while (state.running()) {
            int first = random.nextInt(config.pages());
            int count = Math.min(1 + random.nextInt(EVICTED_AT_ONCE), config.pages() - first);
            region.pageOut((long) first * PAGE, (long) count * PAGE);
            LockSupport.parkNanos(EVICTOR_PAUSE_NS);
        }
    }

    private void checkEveryByte(Model model) {
        MemorySegment copy = MemorySegment.ofArray(new byte[PAGE]);
        for (long offset = 0; offset < config.regionBytes(); offset += PAGE) {
            MemorySegment.copy(region.segment(), offset, copy, 0, PAGE);
            MemorySegment expected = model.shadow.asSlice(offset, PAGE);
            long at = copy.mismatch(expected);
            if (at >= 0) {
                throw new TortureFailure(String.format(
                        "seed %d, final check: page %d (offset %#x) has %s %s",
                        config.seed(),
                        offset / PAGE,
                        offset,
                        PageState.wrongBytes(copy, expected),
                        PageState.describe(region, offset + at, Touch.get(expected, at, 1))));
            }
        }
    }

    private void closeFiles() throws IOException {
        for (Lane lane : lanes) {
            lane.file.close();
        }
    }

    private String summary() {
        return totals + String.format("  every byte of %,d pages is right", config.pages());
    }

    @Override
    public long completed() {
        return lanes.stream().mapToLong(lane -> lane.progress.number()).sum();
    }

    @Override
    public List<String> lanes() {
        return IntStream.range(0, lanes.size())
                .mapToObj(i -> lanes.get(i).describe())
                .toList();
    }
}
