// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.fault;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeferredFaultsTest {
    private final DeferredFaults deferred = new DeferredFaults();

    @Test
    void fullQueueRefusesAndKeepsItsOrder() {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < DeferredFaults.CAPACITY; i++) {
                assertThat(deferred.offer(i)).isTrue();
            }
            assertThat(deferred.offer(-7)).isFalse();
            for (int i = 0; i < DeferredFaults.CAPACITY; i++) {
                assertThat(deferred.poll()).isEqualTo(i);
            }
            assertThat(deferred.poll()).isEqualTo(-1);
        }
    }

    @Test
    void everythingArrivesInOrderBetweenTwoThreads() throws InterruptedException {
        int count = 200_000;
        Thread producer = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < count; ) {
                if (deferred.offer(i)) {
                    i++;
                } else {
                    Thread.onSpinWait();
                }
            }
        });
        for (int i = 0; i < count; ) {
            long got = deferred.poll();
            if (got >= 0) {
                assertThat(got).isEqualTo(i);
                i++;
            }
        }
        producer.join();
    }
}
