// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import dev.remap.contract.BadUseContract;
import dev.remap.contract.FileContract;
import dev.remap.contract.RegionContract;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/** What every Remap does, done by a manager. The same contracts run on plain mappings in the module api. */
class ManagedContractTest {
    private static Remap managed(Path spillDirectory) throws RemapException {
        return Remap.open(RemapConfig.defaults().dramBytes(16 * Pages.MIB).spillDirectory(spillDirectory));
    }

    @Nested
    class Regions extends RegionContract {
        @Override
        protected Remap open(Path spillDirectory) throws RemapException {
            return managed(spillDirectory);
        }
    }

    @Nested
    class BadUse extends BadUseContract {
        @Override
        protected Remap open(Path spillDirectory) throws RemapException {
            return managed(spillDirectory);
        }
    }

    @Nested
    class FileRegions extends FileContract {
        private static final int SPARE = 100;
        private Footprint before = Footprint.of(ProcessHandle.current().pid());

        @Override
        protected Remap open(Path spillDirectory) throws RemapException {
            return managed(spillDirectory);
        }

        @BeforeEach
        void look() {
            before = Footprint.of(ProcessHandle.current().pid());
        }

        /** Nothing in this process, however many. */
        @Override
        protected void checkCost(int files) {
            Footprint now = Footprint.of(ProcessHandle.current().pid());
            assertThat(now.mappings() - before.mappings()).isLessThan(SPARE);
            assertThat(now.descriptors() - before.descriptors()).isLessThan(SPARE);
        }
    }
}
