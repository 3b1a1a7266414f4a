// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.demo.Samples.Printed;
import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void shortPhaseInAPipeIsOnePlainLine() {
        Printed printed = Printed.pipe();
        Progress progress = new Progress(printed.screen(), "load", 1_000, "rows");
        for (int done = 0; done <= 1_000; done++) {
            progress.at(done);
        }
        progress.finish(1_000, 1 << 20);

        assertThat(printed.lines()).hasSize(1);
        assertThat(printed.lines().getFirst()).contains("load", "1,000 rows", "MiB/s");
        assertThat(printed.text().strip().chars().noneMatch(Character::isISOControl))
                .isTrue();
    }

    @Test
    void terminalGetsABarThatTheLastLineReplaces() {
        Printed printed = Printed.terminal();
        Progress progress = new Progress(printed.screen(), "load", 1_000, "rows");
        progress.finish(1_000, 0);

        assertThat(printed.text()).startsWith("\r").contains("\u2500").endsWith("\n");
        assertThat(printed.text().chars().filter(c -> c == '\n')).hasSize(1);
    }

    @Test
    void barIsNarrowerThanTheTerminal() {
        Printed printed = Printed.terminal();
        new Progress(printed.screen(), "load", 1_000, "rows");

        String visible = printed.text().replaceAll("\u001b\\[[0-9;]*[mK]|\r", "");
        assertThat(visible).hasSizeLessThan(80).contains("0 %");
    }
}
