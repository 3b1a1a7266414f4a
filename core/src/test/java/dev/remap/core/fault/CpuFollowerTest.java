// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.remap.linux.CpuAffinity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** This thread is the one that answers faults; another, real one is moved about. */
@Timeout(30)
class CpuFollowerTest {
    private static final int END = -1;

    private final long[] before = new long[64];
    private final BlockingQueue<Integer> orders = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> done = new LinkedBlockingQueue<>();
    private final CpuFollower follower =
            new CpuFollower((int) ProcessHandle.current().pid());
    private Thread faulter = Thread.currentThread();
    private int first;
    private int second;
    private int faulterId;

    @BeforeEach
    void startFaulter() throws InterruptedException {
        assertThat(CpuAffinity.get(0, before)).isZero();
        assumeTrue(Long.bitCount(before[0]) >= 2, "two CPUs below 64 are needed");
        first = Long.numberOfTrailingZeros(before[0]);
        second = Long.numberOfTrailingZeros(before[0] & ~(1L << first));
        faulter = Thread.ofPlatform().daemon().start(this::obey);
        faulterId = done.take();
    }

    @AfterEach
    void end() throws InterruptedException {
        orders.add(END);
        faulter.join();
        CpuAffinity.set(0, before);
    }

    @Test
    void theThreadGoesWhereTheOneGoesWhoseFaultsItAnswers() throws InterruptedException {
        move(second);
        answer(faulterId, CpuFollower.STREAK);
        assertThat(mask()).as("too early").isEqualTo(before[0]);
        answer(faulterId, 1);
        assertThat(mask()).isEqualTo(1L << second);
        move(first);
        answer(faulterId, CpuFollower.STREAK);
        assertThat(mask()).isEqualTo(1L << first);
    }

    @Test
    void anotherThreadsFaultSetsItFree() throws InterruptedException {
        move(second);
        answer(faulterId, 1 + CpuFollower.STREAK);
        answer(CpuAffinity.gettid(), 1);
        assertThat(mask()).isEqualTo(before[0]);
        answer(faulterId, CpuFollower.STREAK);
        assertThat(mask()).as("two threads by turns").isEqualTo(before[0]);
    }

    @Test
    void whatAnOperatorSaysStays() throws InterruptedException {
        move(second);
        answer(faulterId, 1 + CpuFollower.STREAK);
        assertThat(CpuAffinity.set(0, 1L << first)).isZero();
        answer(CpuAffinity.gettid(), 1);
        assertThat(mask()).isEqualTo(1L << first);
    }

    @Test
    void aCpuThatIsNotOursIsNotFollowed() throws InterruptedException {
        assertThat(CpuAffinity.set(0, 1L << first)).isZero();
        move(second);
        answer(faulterId, 1 + 2 * CpuFollower.STREAK);
        assertThat(mask()).isEqualTo(1L << first);
    }

    @Test
    void aThreadThatHasEndedOrWasNeverHereIsNotFollowed() throws InterruptedException {
        move(second);
        answer(faulterId, 1 + CpuFollower.STREAK);
        orders.add(END);
        faulter.join();
        while (Files.exists(
                Path.of("/proc/self/task", Integer.toString(faulterId)))) { // a moment longer than the thread
            Thread.onSpinWait();
        }
        answer(faulterId, CpuFollower.STREAK);
        assertThat(mask()).isEqualTo(before[0]);
        answer(Integer.MAX_VALUE, 1 + CpuFollower.STREAK);
        assertThat(mask()).isEqualTo(before[0]);
    }

    private void obey() {
        done.add(CpuAffinity.gettid());
        try {
            for (int cpu = orders.take(); cpu != END; cpu = orders.take()) {
                CpuAffinity.set(0, 1L << cpu);
                done.add(CpuAffinity.currentCpu());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void move(int cpu) throws InterruptedException {
        orders.add(cpu);
        assertThat(done.take()).isEqualTo(cpu);
    }

    private void answer(int threadId, int times) {
        for (int i = 0; i < times; i++) {
            follower.answered(threadId);
        }
    }

    private static long mask() {
        long[] mask = new long[64];
        assertThat(CpuAffinity.get(0, mask)).isZero();
        return mask[0];
    }
}
