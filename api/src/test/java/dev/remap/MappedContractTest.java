// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.contract.BadUseContract;
import dev.remap.contract.FileContract;
import dev.remap.contract.RegionContract;
import dev.remap.linux.ProcFs;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/** What every Remap does, done by plain mappings. */
class MappedContractTest {
    private static Remap mapped(Path spillDirectory) throws RemapException {
        return MappedRemap.open(RemapConfig.defaults().dramBytes(16 << 20).spillDirectory(spillDirectory));
    }

    @Nested
    class Regions extends RegionContract {
        @Override
        protected Remap open(Path spillDirectory) throws RemapException {
            return mapped(spillDirectory);
        }
    }

    @Nested
    class BadUse extends BadUseContract {
        @Override
        protected Remap open(Path spillDirectory) throws RemapException {
            return mapped(spillDirectory);
        }
    }

    @Nested
    class Files extends FileContract {
        private long mappingsBefore;

        @Override
        protected Remap open(Path spillDirectory) throws RemapException {
            return mapped(spillDirectory);
        }

        @BeforeEach
        void countMappings() {
            mappingsBefore = mappings();
        }

        /** One mapping each, less one for each empty file of which there are some; the JVM makes a few meanwhile. */
        @Override
        protected void checkCost(int files) {
            assertThat(mappings() - mappingsBefore).isBetween(files - 100L, files + 100L);
        }

        private static long mappings() {
            return ProcFs.vmas(0, 0, Long.MAX_VALUE).size();
        }
    }
}
