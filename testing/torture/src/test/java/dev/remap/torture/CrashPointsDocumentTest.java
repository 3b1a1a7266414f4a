// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Holds docs/internals/crash-points.md to the code. */
class CrashPointsDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "..", "docs", "internals", "crash-points.md");

    @Test
    void theDocumentEndsWithTheTableOfAllPoints() throws Exception {
        String table = new CrashPointsCommand().table();
        assertThat(Files.readString(DOCUMENT)).endsWith(table);
        assertThat(table.lines().count() - 2).isEqualTo(CrashPoint.all(1).size() / 2);
    }
}
