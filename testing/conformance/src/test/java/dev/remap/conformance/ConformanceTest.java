// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The suite over what comes with Remap, without most of what takes seconds; {@code ./remap conformance} runs all of it. */
class ConformanceTest {
    static Stream<Variant> variants() {
        return Conformance.standard().stream();
    }

    @ParameterizedTest
    @MethodSource("variants")
    void whatComesWithRemapConforms(Variant variant) throws Exception {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        boolean right = new Conformance(new PrintStream(output, true, StandardCharsets.UTF_8), true, _ -> true)
                .run(List.of(variant));
        assertThat(right).as(output.toString(StandardCharsets.UTF_8)).isTrue();
    }

    /** Of what takes seconds, the two that were wrong before. */
    @Test
    void whatEndsWithItsManagerOrItsDeviceSaysSo() throws Exception {
        Set<String> slow = Set.of("whatEndsWithTheManagerFailsAndSaysSo", "unbindingEndsInTimeAndNamesHolders");
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        boolean right = new Conformance(new PrintStream(output, true, StandardCharsets.UTF_8), false, slow::contains)
                .run(List.of(new Variant("dmirror", "private")));
        assertThat(right).as(output.toString(StandardCharsets.UTF_8)).isTrue();
        assertThat(output.toString(StandardCharsets.UTF_8)).contains("2 passed, 0 failed, 0 skipped");
    }

    @Test
    void aRunInWhichNothingPassesIsNoSuccess() throws Exception {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        assertThat(new Conformance(new PrintStream(output, true, StandardCharsets.UTF_8), true, _ -> false)
                        .run(List.of(new Variant("zram", ""))))
                .isFalse();
        assertThat(output.toString(StandardCharsets.UTF_8)).contains("0 passed, 0 failed, 0 skipped");
    }

    @Test
    void namesOfTestsAreUnique() {
        Set<String> names = new HashSet<>();
        assertThat(Suite.ofDevices()).allMatch(test -> names.add(test.name())).hasSizeGreaterThan(60);
        assertThat(Suite.leftOut()).allMatch(test -> names.add(test.name()));
    }
}
