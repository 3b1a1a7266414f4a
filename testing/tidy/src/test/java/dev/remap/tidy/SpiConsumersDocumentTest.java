// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * No method of the driver interface without somebody who uses it and somebody who tests it; {@code docs/internals/spi-consumers.md} has
 * them.
 */
class SpiConsumersDocumentTest {
    private static final SourceTree TREE = SourceTree.read();
    private static final List<SpiConsumers.Row> ROWS = SpiConsumers.read(TREE).rows();

    @Test
    void theInterfaceIsRead() {
        assertThat(ROWS)
                .extracting(SpiConsumers.Row::method)
                .hasSizeGreaterThan(100)
                .contains(
                        "Tier.store",
                        "Device.memremapPages",
                        "Vma.rangeFault",
                        "DevicePagemap.MigrateToRamHook.migrateToRam");
    }

    /** What the document names at its end: figures that drivers state, and that nothing decides by. */
    private static final List<String> WITHOUT_CONSUMER = List.of(
            "BackingFilesOps.facts",
            "MigrateVma.isWritable",
            "PageBatch.capacity",
            "TierFacts.bandwidthBytesPerSecond",
            "TierFacts.durable",
            "TierFacts.survivesManager",
            "TierUsage.moved",
            "TierUsage.refused");

    @Test
    void everyMethodHasAConsumer() {
        assertThat(ROWS)
                .filteredOn(row -> row.consumers().isEmpty())
                .extracting(SpiConsumers.Row::method)
                .containsExactlyElementsOf(WITHOUT_CONSUMER);
    }

    @Test
    void everyMethodHasATest() {
        assertThat(ROWS).filteredOn(row -> row.tests().isEmpty()).isEmpty();
    }

    @Test
    void theTableIsThatOfTheCode() throws IOException {
        List<String> table = ROWS.stream().map(SpiConsumers.Row::line).toList();
        Path made = TREE.root().resolve("target").resolve("spi-consumers.md");
        Files.write(made, table);
        List<String> documented = Files.readAllLines(TREE.root().resolve("docs/internals/spi-consumers.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();
        assertThat(documented).as("the rows are in " + made).isEqualTo(table);
    }
}
