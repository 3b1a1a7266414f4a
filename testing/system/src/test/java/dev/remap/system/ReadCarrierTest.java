// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadCarrierTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @Test
    void aVirtualThreadThatWaitsInReadGivesItsCarrierBack(@TempDir Path directory) {
        List<String> one =
                List.of("-Djdk.virtualThreadScheduler.parallelism=1", "-Djdk.virtualThreadScheduler.maxPoolSize=1");
        try (ChildJvm child = ChildJvm.start(directory, one, ReadCarrierMain.class)) {
            assertThat(child.awaitLine("steps", LIMIT)).isEqualTo("1000 true, reader waits true");
            assertThat(child.awaitLine("right", LIMIT)).isEqualTo("true");
            assertThat(child.awaitExit(LIMIT)).isZero();
        }
    }
}
