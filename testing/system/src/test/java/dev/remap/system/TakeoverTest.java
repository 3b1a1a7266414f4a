// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.Pin;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A manager dies, and its standby goes on. */
class TakeoverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long BUDGET = 8 * Pages.MIB;
    private static final long PAGES = 4 * BUDGET / Pages.SIZE;

    private final Remap remap;

    TakeoverTest() throws IOException {
        remap = Remap.open(RemapConfig.defaults().dramBytes(BUDGET).standby(true));
        awaitStandby();
    }

    @AfterEach
    void close() {
        long manager = remap.stats().managerPid();
        long standby = remap.stats().standbyPid();
        remap.close();
        Eventually.await("both are gone", PATIENCE, () -> !isAlive(manager) && !isAlive(standby));
    }

    private static boolean isAlive(long pid) {
        return pid != 0 && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private void awaitStandby() {
        Eventually.await("a standby", PATIENCE, () -> remap.stats().standbyPid() != 0);
    }

    /** Kills the manager and waits until its standby serves, and has a standby itself. */
    private void kill(String signal) throws IOException {
        long before = remap.stats().takeovers();
        long manager = remap.stats().managerPid();
        new ProcessBuilder("kill", "-" + signal, Long.toString(manager)).start();
        Eventually.await("a takeover", PATIENCE, () -> remap.stats().takeovers() == before + 1);
        assertThat(remap.stats().managerPid()).isNotEqualTo(manager);
        awaitStandby();
    }

    @ParameterizedTest
    @ValueSource(strings = {"zram", "zram,file", "file"})
    void everyPageIsThereAfterTwoDeaths(String tiers) throws IOException {
        try (Region region =
                remap.create("kept", RegionSpec.ofSize(PAGES * Pages.SIZE).tiers(tiers.split(",")))) {
            Pages.writeTexts(region.segment(), 0, PAGES);
            kill("KILL");
            assertThat(Pages.wrongTexts(region.segment(), 0, PAGES)).isZero();
            region.verify(0, region.size());
            Pages.stamp(region.segment(), 0, PAGES);
            kill("ABRT");
            assertThat(Pages.wrongStamps(region.segment(), 0, PAGES)).isZero();
            assertThat(remap.stats().dramUsedBytes()).isLessThanOrEqualTo(BUDGET);
        }
    }

    @Test
    void pinsOutliveTheManager() throws IOException {
        try (Region region = remap.create("pinned", RegionSpec.ofSize(PAGES * Pages.SIZE))) {
            Pages.writeTexts(region.segment(), 0, PAGES);
            try (Pin pin = region.pin(0, 64 * Pages.SIZE, PATIENCE)) {
                kill("KILL");
                Eventually.await(
                        "the pin is known", PATIENCE, () -> region.stats().pinnedBytes() == 64 * Pages.SIZE);
                assertThat(Pages.wrongTexts(region.segment(), 64, PAGES - 64)).isZero();
                assertThat(region.residentBytes(0, 64 * Pages.SIZE)).isEqualTo(64 * Pages.SIZE);
                assertThat(Pages.wrongTexts(pin.segment(), 0, 64)).isZero();
            }
            assertThat(region.stats().pinnedBytes()).isZero();
        }
    }

    @Test
    void aManagerThatIsStoppedIsReplaced() throws IOException {
        try (Region region = remap.create("stopped", RegionSpec.ofSize(PAGES * Pages.SIZE))) {
            Pages.writeTexts(region.segment(), 0, PAGES);
            kill("STOP");
            assertThat(Pages.wrongTexts(region.segment(), 0, PAGES)).isZero();
        }
    }
}
