// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EntropyLedgerTest {
    @Test
    void itIsFullAtItsQuotaAndNotAfterPagesAreGivenUp() {
        EntropyLedger ledger = new EntropyLedger(4, 1000);
        ledger.charge(0, 4096, 998);
        assertThat(ledger.full()).isFalse();
        ledger.charge(4096, 64, 10);
        assertThat(ledger.full()).isTrue();
        ledger.clear(0, 4096);
        assertThat(ledger.full()).isFalse();
    }

    @Test
    void aPageCostsNoMoreThanItsSize() {
        EntropyLedger ledger = new EntropyLedger(4, 3 * 4096);
        for (int i = 0; i < 100; i++) {
            ledger.charge(4000, 4096, 4096);
        }
        assertThat(ledger.full()).isFalse();
        ledger.charge(2 * 4096, 4096, 4096);
        assertThat(ledger.full()).isTrue();
    }
}
