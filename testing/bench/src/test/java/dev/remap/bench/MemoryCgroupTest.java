// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryCgroupTest {
    private static final Path MOUNT = Path.of("/mount");

    @Test
    void versionOneIsUsedWhereItHasTheMemoryController() {
        assertThat(MemoryCgroup.parents(List.of("4:cpu,memory:/a/b", "0::/c"), MOUNT))
                .containsExactly(Path.of("/mount/memory"), Path.of("/mount/memory/a"), Path.of("/mount/memory/a/b"));
    }

    @Test
    void versionTwoIsUsedOtherwise() {
        assertThat(MemoryCgroup.parents(List.of("4:cpu:/a", "0::/c"), MOUNT))
                .containsExactly(MOUNT, Path.of("/mount/c"));
    }

    @Test
    void theTopIsTriedOnce() {
        assertThat(MemoryCgroup.parents(List.of("0::/"), MOUNT)).containsExactly(MOUNT);
    }

    @Test
    void withoutAGroupThereIsNowhereToMakeOne() {
        assertThat(MemoryCgroup.parents(List.of("4:cpu:/a"), MOUNT)).isEmpty();
    }
}
