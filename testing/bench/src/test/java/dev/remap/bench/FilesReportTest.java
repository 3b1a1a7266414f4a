// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FilesReportTest {
    private static final FilesPlan PLAN = new FilesPlan(2L << 30, 512 << 20, 3, 524_288, 60_000, 2000, 150 << 20);
    private static final Sample REMAP = new Sample(101_234, 551, 1_300_000, 0.919, 0.99, 157_286_400);
    private static final Sample PEER = new Sample(202_468, 401, 134_000, 0.931, 1, 157_286_400);

    private final FileGroup group = new FileGroup("Zipf", "accesses");
    private final List<String> turns = new ArrayList<>();

    private int side(String words, Sample sample) {
        return group.add(FileSide.of(words, round -> {
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
            group.measure(round, new Console(true));
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
    void everyLineFitsInAHundredColumns() throws IOException, InterruptedException {
        bothSides();
        measure();
        assertThat(FilesReport.table(group)).allMatch(line -> line.length() <= 100);
        assertThat(FilesReport.heading(PLAN, List.of())).allMatch(line -> line.length() <= 100);
        assertThat(FilesReport.table(group).getLast())
                .contains("202.5k", "401 ns", "134 us", "93%", "100%", "150", "0.50");
    }

    @Test
    void roundsThatDifferALotAreTold() {
        int line = side("fio", REMAP);
        group.record(line, Sample.ofRate(2_000));
        group.record(line, Sample.ofRate(28_000));
        assertThat(FilesReport.table(group).getLast()).startsWith("  fio: its rounds differ 14-fold");
    }

    @Test
    void jsonLeavesOutWhatWasNotMeasured() throws IOException, InterruptedException {
        side("fio", Sample.ofRate(30_000));
        measure();
        Map<String, Object> fields = FilesReport.json(PLAN, List.of(group), List.of("no gcc"));
        assertThat(fields).containsEntry("missing", List.of("no gcc"));
        assertThat(fields.get("Zipf"))
                .isEqualTo(
                        Map.of("unit", "accesses", "fio", Map.of("per_s", new Spread(30_000, 30_000, 30_000).json())));
    }
}
