// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.remap.demo.Samples.Printed;
import java.io.IOException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FilesReportTest {
    private static final PhaseResult PHASE =
            new PhaseResult(150, 0.0012, 999, 12_345_678_901L, 99L << 30, 9L << 20, 99_000_000_000L, List.of(5L, 9L));

    private static FilesResult result(boolean limited, Way odd, PhaseResult different) {
        Map<Way, Map<Phase, PhaseResult>> ways = new EnumMap<>(Way.class);
        for (Way way : Way.values()) {
            Map<Phase, PhaseResult> phases = new EnumMap<>(Phase.class);
            for (Phase phase : Phase.values()) {
                phases.put(phase, way == odd ? different : PHASE);
            }
            ways.put(way, phases);
        }
        return new FilesResult(FilesSizing.of(2L << 30, 150, 0), 2L << 30, 4_000_000, 55, limited, ways);
    }

    private static FilesResult good(boolean limited) {
        return result(limited, Way.CHANNEL, PHASE);
    }

    @Test
    void tableHasARowForEachWayAndAtMostAHundredColumns() {
        List<String> lines = FilesReport.lines(good(true), Printed.pipe().screen());

        assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(Screen.WIDEST));
        for (Way way : Way.values()) {
            assertThat(lines)
                    .filteredOn(line -> line.startsWith("  " + way.title() + "  "))
                    .hasSize(2);
        }
    }

    @Test
    void saysWhenThereWasNoLimit() {
        assertThat(FilesReport.lines(good(false), Printed.pipe().screen()))
                .anySatisfy(line -> assertThat(line).contains("NO memory limit"));
        assertThat(FilesReport.lines(good(true), Printed.pipe().screen()))
                .noneSatisfy(line -> assertThat(line).contains("NO memory limit"));
    }

    @Test
    void jsonIsOneLineWithEachWaysPhases() throws IOException {
        String line = FilesReport.json(good(true));

        assertThat(line).doesNotContain("\n");
        Map<String, Object> fields = JSON.std.mapFrom(line);
        assertThat(fields).containsKeys("data_bytes", "memory_limit_bytes", "remap_touch", "remap_read", "mapped");
        assertThat(fields).extractingByKey("channel").asString().contains("alone", "beside_scan", "longest_stall_ns");
    }

    @Test
    void differentBytesAreNotAResult() {
        PhaseResult wrong = new PhaseResult(150, 1, 1, 1, 0, 0, 0, List.of(5L, 8L));

        assertThatIllegalStateException()
                .isThrownBy(() -> FilesReport.json(result(true, Way.MAPPED, wrong)))
                .withMessageContaining("FileChannel.map");
    }

    @Test
    void shorterRunIsComparedAsFarAsItWent() {
        PhaseResult shorter = new PhaseResult(100, 1, 1, 1, 0, 0, 0, List.of(5L));

        assertThat(result(true, Way.REMAP_READ, shorter).compared(Phase.ALONE)).isEqualTo(100);
        assertThat(good(true).compared(Phase.ALONE)).isEqualTo(150);
    }

    @Test
    void noLookupsAreNotAResult() {
        PhaseResult none = new PhaseResult(0, 8, 0, 0, 0, 0, 0, List.of());

        assertThatIllegalStateException()
                .isThrownBy(() -> result(true, Way.MAPPED, none).compared(Phase.ALONE));
    }

    @Test
    void childsResultParsesBack() throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>(PHASE.fields());
        fields.put("trail", List.of(Long.MIN_VALUE, 3L));

        PhaseResult parsed = PhaseResult.parse(JSON.std.mapFrom(JSON.std.asString(fields)));

        assertThat(parsed.trail()).containsExactly(Long.MIN_VALUE, 3L);
        assertThat(parsed.fields()).isEqualTo(PHASE.fields());
    }
}
