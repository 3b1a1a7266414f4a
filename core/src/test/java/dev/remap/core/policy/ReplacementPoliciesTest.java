// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ReplacementPoliciesTest {

    @Test
    void everyNameMakesThePolicyOfThatName() {
        assertThat(ReplacementPolicies.names()).containsExactly("s3fifo", "clock", "clockpro");
        for (String name : ReplacementPolicies.names()) {
            try (ReplacementPolicy policy = ReplacementPolicies.named(name, new ArrayMarks(1))) {
                assertThat(policy.name()).isEqualTo(name);
            }
        }
    }

    @Test
    void unknownNameIsRefusedWithTheNamesThereAre() {
        assertThatThrownBy(() ->
                        ReplacementPolicies.named("lru", new ArrayMarks(1)).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no replacement policy \"lru\"; there are: s3fifo, clock, clockpro");
    }
}
