// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.demo.Samples.Printed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    @Test
    void fitsAHundredColumnsWithoutControlCharactersInAPipe() {
        List<String> lines = Report.lines(Samples.good(), Printed.pipe().screen());

        assertThat(lines).allSatisfy(line -> {
            assertThat(line).hasSizeLessThanOrEqualTo(Screen.WIDEST);
            assertThat(line.chars().noneMatch(Character::isISOControl)).isTrue();
        });
    }

    @Test
    void marksEveryAnswer() {
        assertThat(Report.lines(Samples.good(), Printed.pipe().screen()))
                .filteredOn(line -> line.endsWith("\u2713"))
                .hasSize(6);
    }

    @Test
    void marksAWrongAnswer() {
        DemoResult wrong = Samples.result(Samples.wrongRevenue(), 1, 1);

        assertThat(Report.lines(wrong, Printed.pipe().screen()))
                .filteredOn(line -> line.contains("\u2717"))
                .hasSize(2)
                .anySatisfy(line -> assertThat(line).contains("1.0000"));
    }

    @Test
    void usesWordsWhereTheCharsetHasNoMarks() {
        Printed ascii = Printed.on(false, StandardCharsets.US_ASCII);

        Report.lines(Samples.good(), ascii.screen()).forEach(ascii.screen()::line);

        assertThat(ascii.text()).contains("ok Q1 compared").doesNotContain("?");
    }

    @Test
    void namesWhatTheAnswersWereComparedWith() {
        assertThat(Report.lines(Samples.good(), Printed.pipe().screen()))
                .anySatisfy(line -> assertThat(line).contains("Q6 compared with TPC-H's published answers"));
    }
}
