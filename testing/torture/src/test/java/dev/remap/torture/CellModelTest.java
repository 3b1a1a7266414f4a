// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The model must refuse what is wrong, or a run under faults proves nothing. */
class CellModelTest {
    private final CellModel model = new CellModel(2, 16, false);
    private final long[] first = new long[CellModel.LONGS];
    private final long[] second = new long[CellModel.LONGS];

    @Test
    void aCellHoldsWhatWasAcknowledgedAndNothingOlder() {
        assertThat(model.accepts(70, new long[CellModel.LONGS])).isTrue();
        write(70, first);
        write(70, second);
        assertThat(model.accepts(70, second)).isTrue();
        assertThat(model.accepts(70, first)).isFalse();
        assertThat(model.accepts(70, new long[CellModel.LONGS])).isFalse();
    }

    @Test
    void anUnfinishedWriteMayHaveLeftEitherOrAMixtureUntilItIsKnown() {
        write(70, first);
        int version = model.next(70);
        model.begin(70, version);
        model.content(70, version, second);
        long[] mixture = first.clone();
        mixture[3] = second[3];
        assertThat(model.accepts(70, mixture)).isTrue();
        assertThat(model.uncertain()).isEqualTo(1);
        mixture[5] = 12345;
        assertThat(model.accepts(70, mixture)).isFalse();
        assertThat(model.accepts(70, second)).isTrue();
        assertThat(model.accepts(70, first)).as("once it is known").isFalse();
    }

    @Test
    void anOldVersionDoesNotComeBackAfterADiscard() {
        write(0, first);
        model.certain(0, CellModel.ZEROS);
        write(0, second);
        assertThat(model.accepts(0, first)).isFalse();
        assertThat(model.accepts(0, second)).isTrue();
    }

    private void write(int cell, long[] content) {
        int version = model.next(cell);
        model.begin(cell, version);
        model.content(cell, version, content);
        model.certain(cell, version);
    }
}
