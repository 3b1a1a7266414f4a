// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserLimitsTest {
    @Test
    void aUserAloneHasTheUsualLimits() {
        assertThat(UserLimits.parse("1000")).isEqualTo(new UserLimits.Entry(1000, UserLimits.DEFAULTS));
    }

    @Test
    void eachLimitCanBeSet() {
        UserLimits.Entry entry =
                UserLimits.parse("7:min=1m,max=2G,weight=200,applications=3,regions=4,space=5T,files=6");
        assertThat(entry.limits()).isEqualTo(new UserLimits(1 << 20, 2L << 30, 200, 3, 4, 5L << 40, 6));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "me",
                "-1",
                "1:",
                "1:max",
                "1:max=",
                "1:max=2G,max=3G",
                "1:most=2G",
                "1:weight=0",
                "1:min=2G,max=1G"
            })
    void anythingElseIsRefusedWithWhatIsExpected(String text) {
        assertThatThrownBy(() -> UserLimits.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void whatIsLeftIsTakenOffWhatTheNextApplicationGets() {
        UserLimits limits = UserLimits.parse("1:max=100M,regions=2").limits();
        long mib = 1 << 20;
        assertThat(limits.lessWhatIsLeft(80 * mib, KeptRegion.Usage.NOTHING)).isEqualTo(80 * mib);
        KeptRegion.Usage some = new KeptRegion.Usage(1, 60 * mib, 0);
        assertThat(limits.lessWhatIsLeft(80 * mib, some)).isEqualTo(40 * mib);
        assertThat(limits.mayLeaveMore(some)).isTrue();
        KeptRegion.Usage all = new KeptRegion.Usage(1, 200 * mib, 0);
        assertThat(limits.lessWhatIsLeft(80 * mib, all))
                .as("to open or remove it")
                .isEqualTo(Arbiter.LEAST);
        assertThat(limits.mayLeaveMore(all)).isFalse();
        assertThat(limits.mayLeaveMore(new KeptRegion.Usage(2, 0, 0))).isFalse();
    }

    @Test
    void aSizeThatNoLongHoldsIsRefused() {
        assertThatThrownBy(() -> UserLimits.bytes("999999999999T")).isInstanceOf(IllegalArgumentException.class);
        assertThat(UserLimits.bytes("7T")).isEqualTo(7L << 40);
    }
}
