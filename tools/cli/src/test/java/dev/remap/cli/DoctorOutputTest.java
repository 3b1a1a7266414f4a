// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DoctorOutputTest {
    static List<HostFacts> hosts() {
        return List.of(
                Hosts.good(),
                Hosts.with(Hosts.ordinaryUser()),
                Hosts.with(Hosts.container()),
                Hosts.with(Hosts.kernel("5.4.0", 65536, 1)),
                Hosts.with(Hosts.idle(60, 10, 0, 13, "menu", -1)));
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void verdictComesFirstAndLinesFitAHundredColumns(HostFacts host) {
        Diagnosis diagnosis = Diagnosis.of(host);
        List<String> lines = DoctorText.lines(diagnosis, false);

        assertThat(diagnosis.verdict().sentence()).startsWith(lines.getFirst());
        assertThat(lines).allSatisfy(line -> {
            assertThat(line).hasSizeLessThanOrEqualTo(100);
            assertThat(line.chars().noneMatch(Character::isISOControl)).isTrue();
        });
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void whateverIsNotWellHasSomethingToDo(HostFacts host) {
        assertThat(Diagnosis.of(host).findings())
                .filteredOn(finding -> finding.state() != State.OK)
                .allSatisfy(finding -> assertThat(finding.remedies()).isNotEmpty());
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void jsonParsesBack(HostFacts host) throws IOException {
        Diagnosis diagnosis = Diagnosis.of(host);
        String line = DoctorJson.line(diagnosis);

        assertThat(line).doesNotContain("\n");
        Map<String, Object> fields = JSON.std.mapFrom(line);
        assertThat(fields)
                .containsEntry("works", diagnosis.verdict().works())
                .containsEntry("verdict", diagnosis.verdict().sentence());
        assertThat((List<?>) fields.get("findings")).hasSameSizeAs(diagnosis.findings());
    }

    @Test
    void notesAreCountedBelowTheVerdict() {
        assertThat(DoctorText.lines(Diagnosis.of(Hosts.with(Hosts.idle(60, 10, 15, 0, "menu", 0))), false))
                .startsWith("Remap works here.", "One note below: something could be better.");
    }

    @Test
    void severalRemediesAreAlternatives() {
        assertThat(DoctorText.lines(Diagnosis.of(Hosts.with(Hosts.container())), false))
                .containsSubsequence(
                        "  to do:  one of these",
                        "          - pass the device in",
                        "          - allow it in the profile");
    }

    @Test
    void longWordsAreNotBroken() {
        assertThat(DoctorText.wrap("see " + "x".repeat(20) + " there", 10))
                .containsExactly("see", "x".repeat(20), "there");
    }

    @Test
    void coloursAreUsedOnlyWhenWanted() {
        Diagnosis diagnosis = Diagnosis.of(Hosts.good());

        assertThat(DoctorText.lines(diagnosis, true).getFirst()).contains("\u001b[");
        assertThat(DoctorText.lines(diagnosis, false)).noneMatch(line -> line.contains("\u001b"));
    }
}
