// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A manager that lies: every call ends in time with a result or a {@code RemapException}, and the application lives. */
class MaliciousManagerTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Pattern LINE = Pattern.compile("([A-Z_]+) (\\w+) (\\d+) ms (.*)");
    private static final long LONGEST_MS = 12_000;

    @TempDir
    Path directory;

    @Test
    void everyLieEndsInAnExceptionOfRemaps() {
        Path options = directory.resolve("options");
        List<String> flags = List.of("-Ddev.remap.manager.options=@" + options);
        try (ChildJvm child = ChildJvm.start(directory, flags, DeceivedMain.class, options)) {
            assertThat(child.awaitExit(LIMIT)).as(child.output()).isZero();
            int calls = 0;
            for (String line : child.output().lines().toList()) {
                Matcher matcher = LINE.matcher(line);
                if (matcher.matches()) {
                    calls++;
                    assertThat(matcher.group(4)).as(line).doesNotStartWith("UNTYPED");
                    assertThat(Long.parseLong(matcher.group(3))).as(line).isLessThan(LONGEST_MS);
                }
            }
            assertThat(calls).isGreaterThan(3 * EvilManagerMain.Deceit.values().length);
            refusedToOpen(child);
            assertThat(child.output()).contains("NO_WORDS create").doesNotContain("NO_WORDS load");
            assertThat(child.output()).contains("SHORT_WORDS create").doesNotContain("SHORT_WORDS load");
            for (EvilManagerMain.Deceit deceit :
                    EnumSet.complementOf(EnumSet.of(EvilManagerMain.Deceit.CLOSES_AT_ONCE))) {
                assertThat(Integer.parseInt(child.awaitLine("descriptors " + deceit, LIMIT)))
                        .as("descriptors left after " + deceit)
                        .isLessThanOrEqualTo(1);
            }
        }
    }

    private static void refusedToOpen(ChildJvm child) {
        for (EvilManagerMain.Deceit deceit :
                EnumSet.range(EvilManagerMain.Deceit.CLOSES_AT_ONCE, EvilManagerMain.Deceit.GROWING_COUNTERS)) {
            assertThat(child.awaitLine(deceit + " open", LIMIT))
                    .as(deceit.toString())
                    .doesNotContain("ok opened");
        }
    }
}
