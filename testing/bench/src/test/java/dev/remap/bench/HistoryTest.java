// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
    @TempDir
    Path folder;

    @Test
    void aFileThatIsNotThereHasNoRuns() throws IOException {
        assertThat(new History(folder.resolve("none")).runs()).isEmpty();
    }

    @Test
    void runsAreAddedAtTheEndWithTheirTime() throws IOException {
        History history = new History(folder.resolve("new/history.jsonl"));
        history.append(Map.of("bench", "tier", "rows", List.of(Map.of("median", 1.5))));
        history.append(Map.of("bench", "hit"));
        assertThat(history.runs()).extracting(run -> run.get("bench")).containsExactly("tier", "hit");
        assertThat(history.runs())
                .allSatisfy(run -> assertThat(String.valueOf(run.get("time")))
                        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"));
        assertThat(history.runs().getFirst()).containsEntry("rows", List.of(Map.of("median", 1.5)));
    }
}
