// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import static dev.remap.trace.Keys.hits;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** OPT and LRU on traces whose hits were counted by hand. */
class KnownTracesTest {
    /** The reference string of Silberschatz, Galvin, Gagne: "Operating System Concepts": with 3 frames OPT faults 9 times, LRU 12. */
    private static final Trace TEXTBOOK = Keys.trace(7, 0, 1, 2, 0, 3, 0, 4, 2, 3, 0, 3, 2, 1, 2, 0, 1, 7, 0, 1);

    /** The string on which FIFO is worse with more memory (Belady, Nelson, Shedler 1969). OPT and LRU never are. */
    private static final Trace ANOMALY = Keys.trace(1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5);

    @Test
    void optFaultsNineTimesAndLruTwelveOnTheTextbooksString() {
        assertThat(hits(TEXTBOOK, Simulation.OPT, 3)).isEqualTo(20 - 9);
        assertThat(hits(TEXTBOOK, Simulation.LRU, 3)).isEqualTo(20 - 12);
    }

    @Test
    void moreMemoryIsNeverWorseOnTheStringOfTheAnomaly() {
        assertThat(hits(ANOMALY, Simulation.OPT, 3)).isEqualTo(12 - 7);
        assertThat(hits(ANOMALY, Simulation.OPT, 4)).isEqualTo(12 - 6);
        assertThat(hits(ANOMALY, Simulation.LRU, 3)).isEqualTo(12 - 10);
        assertThat(hits(ANOMALY, Simulation.LRU, 4)).isEqualTo(12 - 8);
    }

    @Test
    void onlyFirstAccessesMissInAMemoryForAllPages() {
        for (String policy : Simulation.names()) {
            assertThat(hits(TEXTBOOK, policy, 6)).as(policy).isEqualTo(20 - 6);
            assertThat(hits(TEXTBOOK, policy, 1_000)).as(policy).isEqualTo(20 - 6);
        }
    }

    @Test
    void aMemoryOfOnePageHitsOnlyWhatIsAccessedTwiceRunning() {
        Trace trace = Keys.trace(1, 1, 2, 3, 3, 3, 1);
        for (String policy : Simulation.names()) {
            assertThat(hits(trace, policy, 1)).as(policy).isEqualTo(3);
        }
    }

    @Test
    void pagesAreNumberedInTheOrderOfTheirFirstAccess() {
        Trace trace = Keys.trace(-1, 5, Long.MIN_VALUE, 5, -1);
        assertThat(trace.pages()).containsExactly(0, 1, 2, 1, 0);
        assertThat(trace.distinctPages()).isEqualTo(3);
    }

    @Test
    void aSampleOfOneInEightRunsInAnEighthOfTheMemory() {
        Trace sample = new Trace("sample", Keys.builder(1, 2, 3, 1, 2, 3), 8, 0);
        assertThat(hits(sample, Simulation.LRU, 24)).isEqualTo(3);
        assertThat(hits(sample, Simulation.LRU, 16)).isZero();
        assertThat(hits(sample, Simulation.OPT, 16)).isEqualTo(2);
    }
}
