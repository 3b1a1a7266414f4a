// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FilesReportTest {
    private static final FilesPlan PLAN = new FilesPlan(2L << 30, 512 << 20, 3, 524_288, 60_000, 2000, 150 << 20);
    private static final Sample REMAP = Sample.ofFile("101234 551 1300000 2600000 0.919 0.99 157286400");
    private static final Sample PEER = Sample.ofFile("202468 401 134000 268000 0.931 1 157286400");

    private final SideGroup group = new SideGroup("Zipf", "accesses");
    private final List<String> turns = new ArrayList<>();

    private int side(String words, Sample sample) {
        return group.add(Side.of(words, round -> {
            turns.add(words + round);
            return sample;
        }));
    }

    private void bothSides() {
        int remap = side("Remap, drop behind", REMAP);
        int peer = side("mmap", PEER);
        group.showRatio(peer, remap, peer);
    }

    private void measure() throws IOException, InterruptedException {
        for (int round = 0; round < 2; round++) {
            group.measure(round, new Console(Console.STANDARD_OUTPUT, null));
        }
    }

    @Test
    void whoGoesFirstAlternates() throws IOException, InterruptedException {
        side("a", REMAP);
        side("b", PEER);
        measure();
        assertThat(turns).containsExactly("a0", "b0", "b1", "a1");
    }

    @Test
    void theRatioIsOfRemapToThePeer() throws IOException, InterruptedException {
        bothSides();
        measure();
        assertThat(group.ratio(1)).isEqualTo(new Spread(0.5, 0.5, 0.5));
        assertThat(group.ratio(0).median()).isNaN();
    }

    @Test
    void everyLineFitsOnAScreen() throws IOException, InterruptedException {
        bothSides();
        measure();
        assertThat(GroupTable.lines(group)).allMatch(line -> line.length() <= 120);
        assertThat(FilesReport.heading(PLAN, List.of())).allMatch(line -> line.length() <= 100);
        assertThat(GroupTable.lines(group).getLast())
                .contains("202.5k", "401 ns", "134 us", "93%", "100%", "150", "0.50");
    }

    @Test
    void roundsThatDifferALotAreTold() {
        int line = side("fio", REMAP);
        group.record(line, Sample.ofRate(2_000));
        group.record(line, Sample.ofRate(28_000));
        assertThat(GroupTable.lines(group).getLast()).startsWith("  fio: its rounds differ 14-fold");
    }

    @Test
    void jsonLeavesOutWhatWasNotMeasured() throws IOException, InterruptedException {
        side("fio", Sample.ofRate(30_000));
        measure();
        Results results = FilesReport.results(PLAN, List.of(group), List.of("no gcc"));
        assertThat(results.missing()).containsExactly("no gcc");
        assertThat(results.rows().getFirst().json())
                .containsEntry("work", "Zipf")
                .containsEntry("unit", "accesses/s")
                .containsEntry("rounds", 2)
                .containsEntry("median", 30_000.0)
                .doesNotContainKeys("p50_ns", "ratio", "hits");
    }

    @Test
    void aRatioIsRecordedWithWhoseItIs() throws IOException, InterruptedException {
        bothSides();
        measure();
        assertThat(group.row("files", 1).json())
                .containsEntry("ratio_of", "Remap, drop behind / mmap")
                .containsEntry("ratio", new Spread(0.5, 0.5, 0.5).json())
                .containsEntry("p99.9_ns", 268_000.0);
    }
}
