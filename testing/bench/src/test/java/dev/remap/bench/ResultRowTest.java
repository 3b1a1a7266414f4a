// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultRowTest {
    private static final ResultRow BARE =
            ResultRow.of("tier", "uniform, threads: 1", "Remap", "accesses/s", 3, new Spread(50_000, 40_000.5, 60_000));

    private static ResultRow throughJson(ResultRow row) throws IOException {
        return ResultRow.parse(JSON.std.mapFrom(JSON.std.asString(row.json())));
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        assertThat(throughJson(BARE)).isEqualTo(BARE);
        ResultRow full = BARE.details(Map.of("p99.9_ns", 1.5, "dram_bytes", 3e9))
                .ratio(new Spread(0.5, 0.4, 0.6), "Remap / kernel");
        assertThat(throughJson(full)).isEqualTo(full);
    }

    @Test
    void aFigureThatIsNoNumberStaysNone() throws IOException {
        ResultRow none = ResultRow.of("rate", "uniform", "C loop", "accesses/s", 0, Spread.range());
        assertThat(throughJson(none).figure().median()).isNaN();
    }

    @Test
    void whatHasNoRatioSaysSo() {
        assertThat(BARE.hasRatio()).isFalse();
        assertThat(BARE.json()).doesNotContainKeys("ratio", "ratio_of");
    }
}
