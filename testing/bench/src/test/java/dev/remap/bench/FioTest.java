// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class FioTest {
    @Test
    void iopsAreFoundBehindWhatFioSaysFirst() throws IOException {
        String report = "fio: a note\n{\"jobs\": [{\"jobname\": \"x\", \"read\": {\"iops\": 28840.25, \"bw\": 1}}]}\n";
        assertThat(Fio.parse(report).rate()).isEqualTo(28_840.25);
    }

    @Test
    void aReportWithoutAJobIsRefused() {
        assertThatThrownBy(() -> Fio.parse("{\"fio version\": \"3.33\"}"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("iops");
    }
}
