// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.RemapException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code remap bench sparse}. */
@Command(
        name = "sparse",
        sortOptions = false,
        usageHelpWidth = 100,
        description = "What a fault costs in a region of 1 TiB that is nearly empty, beside one of 1 GiB.")
final class SparseCommand implements Callable<Integer> {
    private static final int FAILED = 2;
    private static final int ROUNDS = 9;
    private static final int QUICK_ROUNDS = 5;
    private static final int PAGES = 2048;

    /** Before the measurement, so that the manager's fault path has been compiled. */
    private static final int WARM_UP_ROUNDS = 4;

    @Mixin
    private CommonOptions options = new CommonOptions();

    @Option(
            names = "--region",
            paramLabel = "SIZE",
            defaultValue = "1T",
            converter = ByteSize.class,
            description = "of the large one, 2G to 8T (default: ${DEFAULT-VALUE})")
    private long regionBytes;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec = picocli.CommandLine.Model.CommandSpec.create();

    private final Map<SparseFaults.Kind, List<Double>> inSmallRegion = new EnumMap<>(SparseFaults.Kind.class);
    private final Map<SparseFaults.Kind, List<Double>> inLargeRegion = new EnumMap<>(SparseFaults.Kind.class);

    @Override
    public Integer call() throws IOException {
        if (regionBytes < 2L << 30 || regionBytes > 8L << 40) {
            throw new ParameterException(spec.commandLine(), "--region must be 2G to 8T");
        }
        Console console = options.console();
        int rounds = options.quick() ? QUICK_ROUNDS : ROUNDS;
        try (CpuCondition.Applied applied = CpuCondition.HELD.apply();
                var faults = new SparseFaults(PAGES)) {
            Results results = new Results("sparse");
            if (!applied.note().isEmpty()) {
                results.missing(applied.note());
            }
            measure(faults, rounds, console);
            for (SparseFaults.Kind kind : SparseFaults.Kind.values()) {
                results.addAll(rows(kind));
            }
            console.lines(List.of(
                    Format.of(
                            "First touches of %,d pages at random places: medians of a round, over %d rounds in turns.",
                            PAGES, rounds),
                    ""));
            console.lines(ResultTable.lines(results.rows()));
            console.result(results.json());
            return 0;
        } catch (RemapException e) {
            console.endProgress();
            System.err.println("remap bench sparse: " + e.getMessage());
            return FAILED;
        }
    }

    private void measure(SparseFaults faults, int rounds, Console console) throws RemapException {
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            console.progress("sparse: round " + (round + 1) + " of " + rounds);
            for (int turn = 0; turn < 2; turn++) {
                boolean isLarge = turn == (round & 1);
                Map<SparseFaults.Kind, TouchTimes> times =
                        faults.measure(isLarge ? regionBytes : SparseFaults.SMALL, round + WARM_UP_ROUNDS + 1L);
                if (round >= 0) {
                    times.forEach((kind, of) -> (isLarge ? inLargeRegion : inSmallRegion)
                            .computeIfAbsent(kind, ignored -> new ArrayList<>())
                            .add((double) of.p50Ns()));
                }
            }
        }
        console.endProgress();
    }

    private List<ResultRow> rows(SparseFaults.Kind kind) {
        String large = ByteSize.words(regionBytes);
        String small = ByteSize.words(SparseFaults.SMALL);
        List<Double> inLarge = inLargeRegion.getOrDefault(kind, List.of());
        List<Double> inSmall = inSmallRegion.getOrDefault(kind, List.of());
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < inLarge.size(); i++) {
            ratios.add(inLarge.get(i) / inSmall.get(i));
        }
        return List.of(
                row(kind, "region of " + large, inLarge).ratio(Spread.range(ratios), large + " / " + small),
                row(kind, "region of " + small, inSmall));
    }

    private static ResultRow row(SparseFaults.Kind kind, String side, List<Double> timesNs) {
        return ResultRow.of("sparse", kind.words(), side, "ns", timesNs.size(), Spread.range(timesNs));
    }
}
