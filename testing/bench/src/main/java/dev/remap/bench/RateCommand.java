// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.RemapException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code remap bench rate}. */
@Command(
        name = "rate",
        sortOptions = false,
        usageHelpWidth = 100,
        description = {
            "Random 8-byte reads of a compressed region, a quarter of which may be resident, by 1 and 2 threads,",
            "beside a bare C loop that keeps as many pages resident."
        })
final class RateCommand implements Callable<Integer> {
    private static final int FAILED = 2;
    private static final long MIB = 1 << 20;
    private static final long PAGE = ReferencePages.PAGE;
    private static final int WARM_UP_MS = 1500;
    private static final int MEASURE_MS = 2000;
    private static final int[] THREADS = {1, 2};

    /** What the compressed pages take, of the region: LZ4's 1 by 2.8, and room for the pool's own. */
    private static final double STORED_SHARE = 0.42;

    private static final double RESIDENT_SHARE = 0.25;

    @Mixin
    private CommonOptions options = new CommonOptions();

    @Option(
            names = "--region",
            paramLabel = "MIB",
            defaultValue = "512",
            description = "MiB of the region (default: ${DEFAULT-VALUE})")
    private long regionMib;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec = picocli.CommandLine.Model.CommandSpec.create();

    private final Results results = new Results("rate");
    private String missing = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (regionMib < 64 || regionMib > 1 << 20) {
            throw new ParameterException(spec.commandLine(), "--region must be 64 to 1048576 MiB, not " + regionMib);
        }
        Console console = options.console();
        try (CLoop loop = build();
                CpuCondition.Applied applied = CpuCondition.HELD.apply()) {
            console.lines(measure(loop, console, applied.note()));
            console.result(results.json());
            return 0;
        } catch (RemapException e) {
            System.err.println("remap bench rate: " + e.getMessage());
            return FAILED;
        }
    }

    private @Nullable CLoop build() throws IOException, InterruptedException {
        try {
            return CLoop.build("rate_loop");
        } catch (CLoop.Missing e) {
            missing = String.valueOf(e.getMessage());
            return null;
        }
    }

    private List<String> measure(@Nullable CLoop loop, Console console, String note)
            throws IOException, InterruptedException {
        long regionBytes = regionMib * MIB;
        console.progress("writing " + regionMib + " MiB");
        try (var readers = new RegionReaders(regionBytes, (long) (regionBytes * (RESIDENT_SHARE + STORED_SHARE)))) {
            readers.rate(2, WARM_UP_MS, MEASURE_MS);
            long resident = readers.residentBytes();
            var table = new TextTable(1, "threads", "Remap", "C", "Remap's rate to C's");
            for (int threads : THREADS) {
                console.progress(threads + " threads");
                table.row(row(threads, readers, loop, resident));
            }
            console.endProgress();
            List<String> lines = heading(resident, readers.dramUsedBytes(), note);
            table.lines().forEach(line -> lines.add("  " + line));
            return lines;
        }
    }

    private List<String> heading(long resident, long used, String note) {
        List<String> lines = new ArrayList<>();
        lines.add(Format.of(
                "Uniform 8-byte reads of %d MiB, accesses a second: median (smallest..largest) of %d rounds.",
                regionMib, rounds()));
        lines.add(Format.of(
                "Resident: %d MiB on both sides; with the compressed pages Remap uses %d MiB. %s%s",
                resident / MIB, used / MIB, CpuCondition.HELD.words(), note.isEmpty() ? "." : " (" + note + ")."));
        if (!missing.isEmpty()) {
            lines.add("C is n/a: " + missing);
            results.missing("C: " + missing);
        }
        results.setting("region_bytes", regionMib * MIB);
        results.setting("resident_bytes", resident);
        results.setting("dram_used_bytes", used);
        return lines;
    }

    private int rounds() {
        return options.quick() ? 1 : 3;
    }

    private String[] row(int threads, RegionReaders readers, @Nullable CLoop loop, long resident)
            throws IOException, InterruptedException {
        double[] remap = new double[rounds()];
        double[] bare = new double[rounds()];
        double[] ratios = new double[rounds()];
        for (int round = 0; round < rounds(); round++) {
            remap[round] = readers.rate(threads, WARM_UP_MS, MEASURE_MS);
            if (loop != null) {
                bare[round] = bareRate(loop, threads, resident);
                ratios[round] = remap[round] / bare[round];
            }
        }
        ResultRow ours = resultRow(threads, "Remap", remap);
        if (loop == null) {
            results.add(ours);
            return new String[] {Integer.toString(threads), text(remap), "n/a", "n/a"};
        }
        results.add(ours.ratio(Spread.range(ratios), "Remap / C loop"));
        results.add(resultRow(threads, "C loop", bare));
        return new String[] {
            Integer.toString(threads),
            text(remap),
            text(bare),
            Spread.range(ratios).ratioText()
        };
    }

    private ResultRow resultRow(int threads, String side, double... rates) {
        return ResultRow.of(
                "rate", "uniform, threads: " + threads, side, "accesses/s", rates.length, Spread.range(rates));
    }

    private double bareRate(CLoop loop, int threads, long resident) throws IOException, InterruptedException {
        ByteBuffer output = loop.run(threads, regionMib * MIB / PAGE, resident / PAGE, WARM_UP_MS, MEASURE_MS);
        return Double.parseDouble(
                StandardCharsets.US_ASCII.decode(output).toString().strip());
    }

    private static String text(double... rates) {
        Spread spread = Spread.range(rates);
        return Format.of("%,.0f/s (%,.0f..%,.0f)", spread.median(), spread.low(), spread.high());
    }
}
