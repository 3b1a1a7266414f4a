// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonReportTest {
    @Test
    void isOneLineThatParsesBack() throws IOException {
        String line = JsonReport.line(Samples.good());

        assertThat(line).doesNotContain("\n");
        assertThat(JSON.std.mapFrom(line).keySet())
                .containsExactlyElementsOf(JsonReport.fields(Samples.good()).keySet());
    }

    @Test
    void holdsTheFieldsThatScriptsRelyOn() throws IOException {
        Map<String, Object> fields = JSON.std.mapFrom(JsonReport.line(Samples.good()));

        assertThat(fields)
                .containsEntry("q1_correct", true)
                .containsEntry("tiers", List.of("zram", "file"))
                .containsEntry("spilled_bytes", 26_000 << 12)
                .containsEntry("bytes_in", 1 << 30)
                .containsEntry("q6_correct", true)
                .containsEntry("region_bytes", 336_093_184)
                .containsEntry("dram_budget_bytes", 128 << 20)
                .containsEntry("dram_peak_bytes", 128 << 20)
                .containsEntry("faults", 10)
                .containsEntry("fault_p50_ns", 20_000)
                .containsEntry("fault_p99_ns", 30_000)
                .containsEntry("load_seconds", 12.5)
                .containsEntry("q1_seconds", 2.5)
                .containsEntry("q6_seconds", 1.5);
        assertThat((Double) fields.get("compression_ratio")).isBetween(1.0, 5.0);
    }

    @Test
    void saysWhenAnAnswerIsWrong() throws IOException {
        String line = JsonReport.line(Samples.result(Samples.wrongRevenue(), 1, 1));

        assertThat(JSON.std.mapFrom(line)).containsEntry("q6_correct", false);
    }
}
