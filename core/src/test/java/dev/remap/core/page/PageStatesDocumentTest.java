// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds docs/internals/page-states.md to the code. */
class PageStatesDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "internals", "page-states.md");
    private static final String[] NAMES = {"ABSENT", "LOCKED", "PRESENT", "CLEAN", "DEMOTING", "PUNCHING", "FAILED"};

    @Test
    void documentHasEveryTransitionAndNoOther() throws IOException {
        List<String> expected = Arrays.stream(PageTransition.values())
                .map(t -> "| " + NAMES[t.from()] + " | " + NAMES[t.to()] + " | `" + t.name() + "` | " + t.by() + " |")
                .toList();
        List<String> found = Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.startsWith("| ") && line.contains(" | `"))
                .toList();
        assertThat(found).containsExactlyElementsOf(expected);
    }

    @Test
    void documentHasEveryState() throws IOException {
        assertThat(Files.readAllLines(DOCUMENT))
                .filteredOn(line -> line.matches("\\| [A-Z]+ \\|.*\\|.*\\|.*\\|.*\\|") && !line.contains("`"))
                .extracting(line -> line.split(" ")[1])
                .containsExactly(NAMES);
    }
}
