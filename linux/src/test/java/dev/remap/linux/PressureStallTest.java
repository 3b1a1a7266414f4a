// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PressureStallTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void theShareInWhichEverythingWaitedIsRead() throws IOException {
        Path file = directory.resolve("memory.pressure");
        Files.writeString(
                file,
                "some avg10=31.50 avg60=9.00 avg300=2.00 total=41326444\nfull avg10=12.25 avg60=4.00 avg300=1.00 total=36386860\n");
        assertThat(PressureStall.fullPercent(file)).isEqualTo(12.25);
    }

    @Test
    void whereNothingIsSaidNothingWaits() throws IOException {
        Path file = Files.createFile(directory.resolve("empty"));
        assertThat(PressureStall.fullPercent(file)).isZero();
        assertThat(PressureStall.fullPercent(directory.resolve("missing"))).isZero();
        assertThat(PressureStall.fullPercent(PressureStall.HOST)).isBetween(0.0, 100.0);
    }
}
