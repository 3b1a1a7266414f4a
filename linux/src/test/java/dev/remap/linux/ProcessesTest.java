// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import static dev.remap.linux.RegisteredMemory.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pidfd, poll, eventfd, affinity, PM QoS, prctl, io_uring, procfs. */
@Timeout(30)
class ProcessesTest {

    @Test
    void aProcessIsSignalledAndItsEndSeenByPidfd() throws Exception {
        Process sleeper = new ProcessBuilder("sleep", "60").start();
        int pidfd = (int) ok(Pidfd.open((int) sleeper.pid()));
        PollSet set = new PollSet(pidfd);
        assertThat(Pidfd.pid(pidfd)).isEqualTo((int) sleeper.pid());
        assertThat(Pidfd.sendSignal(pidfd, 0)).isZero();
        assertThat(set.await(0)).isZero();
        assertThat(Pidfd.sendSignal(pidfd, Pidfd.SIGKILL)).isZero();
        assertThat(set.await(10_000)).isOne();
        assertThat(set.readable(0)).isTrue();
        assertThat(sleeper.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(Pidfd.pid(pidfd)).isEqualTo(-1);
        assertThat(sleeper.exitValue()).isEqualTo(128 + Pidfd.SIGKILL);
        assertThat(Pidfd.sendSignal(pidfd, 0)).isEqualTo(-Errno.ESRCH);
        FileIo.close(pidfd);
    }

    @Test
    void aThreadsNiceValueIsItsOwn() throws Exception {
        int before = Nice.get(0);
        int lower = Math.min(19, before + 1);
        int[] inside = new int[1];
        Thread thread = new Thread(() -> {
            ok(Nice.set(0, lower));
            inside[0] = Nice.get(0);
        });
        thread.start();
        thread.join();
        assertThat(inside[0]).isEqualTo(lower);
        assertThat(Nice.get(0)).isEqualTo(before);
        assertThat(Nice.set(Integer.MAX_VALUE, 0)).isEqualTo(-Errno.ESRCH);
        assertThat(Nice.get(Integer.MAX_VALUE)).isEqualTo(Integer.MIN_VALUE);
    }

    @Test
    void aDescriptorIsTakenFromAProcessByPidfd() {
        int self = (int) ok(Pidfd.open(PeerCredentials.self().pid()));
        int memfd = (int) ok(Memfd.createSized("taken", 12288));
        int taken = (int) ok(Pidfd.getfd(self, memfd));
        assertThat(FileIo.fileSize(taken)).isEqualTo(12288);
        assertThat(Pidfd.getfd(self, 1_000_000)).isEqualTo(-Errno.EBADF);
        FileIo.close(self);
        FileIo.close(memfd);
        FileIo.close(taken);
    }

    @Test
    void anEventCountsItsSignals() {
        int event = (int) ok(EventFd.create());
        assertThat(EventFd.drain(event)).isZero();
        assertThat(EventFd.await(event, 5)).isEqualTo(-Errno.ETIMEDOUT);
        EventFd.signal(event);
        EventFd.signal(event);
        assertThat(EventFd.await(event, 5_000)).isEqualTo(2);
        assertThat(EventFd.drain(event)).isZero();
        FileIo.close(event);
        assertThat(EventFd.signal(event)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void aSignalEndsAWaitWithoutTimeout() throws Exception {
        int event = (int) ok(EventFd.create());
        Thread waiter = Thread.ofPlatform().daemon().start(() -> EventFd.await(event, -1));
        EventFd.signal(event);
        assertThat(waiter.join(Duration.ofSeconds(20))).isTrue();
        FileIo.close(event);
    }

    @Test
    void pollTellsInputFromTheEndOfAPipe() {
        int[] pipe = new int[2];
        int[] idle = new int[2];
        ok(FileIo.pipe2(pipe, FileIo.O_CLOEXEC));
        ok(FileIo.pipe2(idle, FileIo.O_CLOEXEC));
        PollSet set = new PollSet(idle[0], pipe[0]);
        assertThat(set.await(1)).isZero();
        FileIo.close(pipe[1]);
        assertThat(set.await(5_000)).isOne();
        assertThat(set.hangup(1)).isTrue();
        assertThat(set.readable(1)).isFalse();
        assertThat(set.hangup(0)).isFalse();
        for (int fd : new int[] {pipe[0], idle[0], idle[1]}) {
            FileIo.close(fd);
        }
    }

    @Test
    void aThreadStaysOnTheCpuItIsGiven() {
        long[] before = new long[16];
        assertThat(CpuAffinity.get(0, before)).isZero();
        int cpu = Long.numberOfTrailingZeros(before[0]);
        assumeTrue(cpu < Long.SIZE, "no CPU below 64");
        assertThat(CpuAffinity.set(0, 1L << cpu)).isZero();
        try {
            long[] now = new long[16];
            assertThat(CpuAffinity.get(CpuAffinity.gettid(), now)).isZero();
            assertThat(now[0]).isEqualTo(1L << cpu);
            assertThat(CpuAffinity.currentCpu()).isEqualTo(cpu);
        } finally {
            assertThat(CpuAffinity.set(0, before)).isZero();
        }
    }

    @Test
    void whereAnotherThreadRunsIsSeen() throws InterruptedException {
        long[] before = new long[16];
        assertThat(CpuAffinity.get(0, before)).isZero();
        List<Integer> cpus = IntStream.range(0, Long.SIZE)
                .filter(cpu -> (before[0] >>> cpu & 1) != 0)
                .boxed()
                .toList();
        BlockingQueue<Integer> moved = new LinkedBlockingQueue<>();
        Thread other = Thread.ofPlatform().name(") name ( 1 2").start(() -> {
            moved.add(CpuAffinity.gettid());
            for (int cpu : cpus) {
                CpuAffinity.set(0, 1L << cpu);
                moved.add(CpuAffinity.currentCpu());
                LockSupport.park();
            }
        });
        try (ThreadCpu looked = new ThreadCpu()) {
            assertThat(looked.open((int) ProcessHandle.current().pid(), moved.take()))
                    .isZero();
            for (int cpu : cpus) {
                assertThat(moved.take()).isEqualTo(cpu);
                assertThat(looked.cpu()).isEqualTo(cpu);
                LockSupport.unpark(other);
            }
            other.join();
            while (looked.cpu() >= 0) { // the kernel's part of it ends a moment later
                Thread.onSpinWait();
            }
            assertThat(looked.cpu()).isEqualTo(-Errno.ESRCH);
            assertThat(looked.open((int) ProcessHandle.current().pid(), Integer.MAX_VALUE))
                    .isEqualTo(-Errno.ENOENT);
            assertThat(looked.cpu()).isEqualTo(-Errno.EBADF);
        }
    }

    @Test
    void anAffinityThatCannotBeIsAnErrno() {
        assertThat(CpuAffinity.set(0, 0L)).isEqualTo(-Errno.EINVAL);
        assertThat(CpuAffinity.set(0, new long[65])).isEqualTo(-Errno.EINVAL);
        assertThat(CpuAffinity.get(0, new long[0])).isEqualTo(-Errno.EINVAL);
        assertThat(CpuAffinity.gettid()).isPositive();
    }

    @Test
    void wakeUpLatencyIsHeldByADescriptor() {
        long held = CpuDmaLatency.acquire(0);
        assumeTrue(held >= 0, () -> "/dev/cpu_dma_latency: " + Errno.name(held));
        assertThat(FileIo.read((int) held, Scratch.current().address, 4)).isEqualTo(4);
        assertThat(Native.getInt(Scratch.current().address)).isZero();
        assertThat(FileIo.close((int) held)).isZero();
    }

    @Test
    void aThreadTakesItsName() throws Exception {
        CompletableFuture<String> name = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            long result = Prctl.setName("remap-fault");
            name.complete(result + " " + ProcFs.read(Path.of("/proc/thread-self/comm")));
        });
        assertThat(name.get(20, TimeUnit.SECONDS)).isEqualTo("0 remap-fault\n");
    }

    @Test
    void aDeathSignalIsSetOrRefused() {
        assertThat(Prctl.setPdeathsig(0)).isZero();
        assertThat(Prctl.setPdeathsig(1000)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void ioUringIsThereOrSaysWhyNot() {
        assertThat(IoUring.probe()).isIn(0L, (long) -Errno.ENOSYS, (long) -Errno.EPERM);
    }

    @Test
    void procfsIsReadTyped() {
        assertThat(ProcFs.statusKb(0, "VmRSS")).isPositive();
        assertThat(ProcFs.statusKb(0, "VmPTE")).isPositive();
        assertThat(ProcFs.statusKb(0, "Vm")).isEqualTo(-Errno.ENOENT);
        assertThat(ProcFs.statusKb(Integer.MAX_VALUE, "VmRSS")).isEqualTo(-Errno.ENOENT);
        assertThat(ProcFs.memInfoKb("MemTotal")).isGreaterThan(ProcFs.memInfoKb("MemAvailable"));
        assertThat(ProcFs.vmas(0, 0, Long.MAX_VALUE)).hasSizeGreaterThan(10);
        assertThat(ProcFs.number("Name:\tjava\n", "Name", 10)).isEqualTo(-Errno.EINVAL);
        assertThat(ProcFs.chosen("always within_size [never] deny")).isEqualTo("never");
        assertThat(ProcFs.chosen("")).isEmpty();
        assertThat(ProcFs.swapPresent())
                .isEqualTo(ProcFs.read(Path.of("/proc/swaps")).lines().count() > 1);
        assertThat(Files.exists(Path.of("/sys/kernel/mm/transparent_hugepage/shmem_enabled")))
                .isEqualTo(!ProcFs.shmemHugepages().isEmpty());
    }
}
