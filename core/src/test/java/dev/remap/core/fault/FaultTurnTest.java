// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FaultTurnTest {
    private static final int TURNS = 40_000;

    private final FaultTurn turn = new FaultTurn();
    private final AtomicInteger holders = new AtomicInteger();
    private final AtomicBoolean overlapped = new AtomicBoolean();
    /** Plain: the turn makes it seen. */
    private int turns;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8, FaultTurn.MAX_AGENTS})
    void oneHasItAtATimeAndItIsNeverLost(int count) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            threads.add(Thread.ofPlatform().daemon().start(() -> takeTurns(number)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(overlapped).isFalse();
        assertThat(turns).isEqualTo(TURNS + count);
    }

    private void takeTurns(int number) {
        boolean more = true;
        for (int i = 0; more; i++) {
            turn.take(number);
            if (holders.incrementAndGet() != 1) {
                overlapped.set(true);
            }
            more = turns++ < TURNS;
            holders.decrementAndGet();
            turn.leave();
            if (i % 64 == number) {
                LockSupport.parkNanos(1); // others come first
            }
        }
    }

    @Test
    void aParkedThreadGetsItBeforeTheOneThatLeavesIt() throws InterruptedException {
        turn.take(0);
        AtomicBoolean got = new AtomicBoolean();
        Thread other = Thread.ofPlatform().daemon().start(() -> {
            turn.take(1);
            got.set(true);
            turn.leave();
        });
        while (other.getState() != Thread.State.WAITING) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        assertThat(got).isFalse();
        turn.leave();
        turn.take(0);
        assertThat(got).isTrue();
        other.join();
    }
}
