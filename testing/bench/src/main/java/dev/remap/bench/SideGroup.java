// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Sides that do the same work, and what each came to, a sample a round. */
final class SideGroup {
    /** The detail that is Remap's p99 to the peer's, round by round at the median. */
    static final String P99_RATIO = "p99_ratio";

    private final String title;
    private final String unit;
    private final List<Side> sides = new ArrayList<>();
    private final List<List<Sample>> samples = new ArrayList<>();
    private final List<Ratio> ratios = new ArrayList<>();

    /** On which line a ratio of rates is shown: Remap's to the peer's. */
    private record Ratio(int line, int remap, int peer) {}

    /** @param unit what the rates are of, a second */
    SideGroup(String title, String unit) {
        this.title = title;
        this.unit = unit;
    }

    /** Adds a side and answers its line. */
    int add(Side side) {
        sides.add(side);
        samples.add(new ArrayList<>());
        return sides.size() - 1;
    }

    void showRatio(int line, int remap, int peer) {
        ratios.add(new Ratio(line, remap, peer));
    }

    /** Every side once; in every second round the last goes first. */
    void measure(int round, Console console) throws IOException, InterruptedException {
        for (int i = 0; i < sides.size(); i++) {
            int line = round % 2 == 0 ? i : sides.size() - 1 - i;
            console.progress(title + ": " + sides.get(line).words() + ", round " + (round + 1));
            record(line, sides.get(line).measure(round));
        }
    }

    void record(int line, Sample sample) {
        samples.get(line).add(sample);
    }

    String title() {
        return title;
    }

    String unit() {
        return unit;
    }

    int lines() {
        return sides.size();
    }

    String words(int line) {
        return sides.get(line).words();
    }

    Spread spread(int line, ToDoubleFunction<Sample> figure) {
        return Spread.range(samples.get(line).stream().mapToDouble(figure).toArray());
    }

    /** What is recorded of a side. */
    ResultRow row(String command, int line) {
        Map<String, Double> details = new HashMap<>();
        detail(details, "p50_ns", line, Sample::p50Ns);
        detail(details, "p99_ns", line, Sample::p99Ns);
        detail(details, "p99.9_ns", line, Sample::p999Ns);
        detail(details, "hits", line, Sample::hits);
        detail(details, "full", line, Sample::full);
        detail(details, "beside_bytes/s", line, Sample::besideBytes);
        detail(details, "dram_bytes", line, Sample::dramBytes);
        put(details, P99_RATIO, ratio(line, Sample::p99Ns).median());
        return ResultRow.of(
                        command,
                        title,
                        words(line),
                        unit + "/s",
                        samples.get(line).size(),
                        spread(line, Sample::rate))
                .details(details)
                .ratio(ratio(line), ratioOf(line));
    }

    private void detail(Map<String, Double> details, String name, int line, ToDoubleFunction<Sample> figure) {
        put(details, name, spread(line, figure).median());
    }

    private static void put(Map<String, Double> details, String name, double value) {
        if (!Double.isNaN(value)) {
            details.put(name, value);
        }
    }

    private String ratioOf(int line) {
        return ratios.stream()
                .filter(ratio -> ratio.line == line)
                .findFirst()
                .map(ratio -> words(ratio.remap) + " / " + words(ratio.peer))
                .orElse("");
    }

    /** Of each round's two sides, which had the machine in the same mood; not a number where none is shown. */
    Spread ratio(int line) {
        return ratio(line, Sample::rate);
    }

    private Spread ratio(int line, ToDoubleFunction<Sample> figure) {
        return ratios.stream()
                .filter(ratio -> ratio.line == line)
                .findFirst()
                .map(ratio -> spread(ratio, figure))
                .orElseGet(Spread::range);
    }

    private Spread spread(Ratio ratio, ToDoubleFunction<Sample> figure) {
        List<Sample> remap = samples.get(ratio.remap);
        List<Sample> peer = samples.get(ratio.peer);
        return Spread.range(IntStream.range(0, Math.min(remap.size(), peer.size()))
                .mapToDouble(i -> figure.applyAsDouble(remap.get(i)) / figure.applyAsDouble(peer.get(i)))
                .toArray());
    }
}
