// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import dev.remap.cli.HostFacts.Idle;
import dev.remap.cli.HostFacts.RoundTrips;
import dev.remap.linux.CpuAffinity;
import dev.remap.linux.CpuDmaLatency;
import dev.remap.linux.FileIo;
import dev.remap.linux.ProcFs;
import java.nio.file.Path;
import java.util.Optional;

/** Measures what it costs to wake a CPU; takes about a second. */
final class WakeUpProbe {
    private static final int MASK_LONGS = 16;
    private static final Path GOVERNOR = Path.of("/sys/devices/system/cpu/cpuidle/current_governor");
    private static final Path HALT_POLL = Path.of("/sys/module/haltpoll/parameters/guest_halt_poll_ns");

    private WakeUpProbe() {}

    /** What is known without measuring. */
    static Idle nothing() {
        return idle(
                Runtime.getRuntime().availableProcessors(), Optional.empty(), Optional.empty(), Optional.empty(), 0);
    }

    static Idle measure() {
        long[] mask = new long[MASK_LONGS];
        CpuAffinity.get(0, mask);
        int first = nextCpu(mask, 0);
        int second = nextCpu(mask, first + 1);
        Optional<RoundTrips> oneCpu = PingPong.measure(first, first);
        if (second < 0) {
            return idle(1, oneCpu, Optional.empty(), Optional.empty(), 0);
        }
        Optional<RoundTrips> twoCpus = PingPong.measure(first, second);
        long hold = CpuDmaLatency.acquire(0);
        if (hold < 0) {
            return idle(count(mask), oneCpu, twoCpus, Optional.empty(), (int) -hold);
        }
        Optional<RoundTrips> held = PingPong.measure(first, second);
        FileIo.close((int) hold);
        return idle(count(mask), oneCpu, twoCpus, held, 0);
    }

    private static Idle idle(
            int cpus,
            Optional<RoundTrips> oneCpu,
            Optional<RoundTrips> twoCpus,
            Optional<RoundTrips> held,
            int holdErrno) {
        boolean virtualMachine = ProcFs.read(Path.of("/proc/cpuinfo")).contains(" hypervisor");
        return new Idle(
                cpus,
                oneCpu,
                twoCpus,
                held,
                holdErrno,
                virtualMachine,
                ProcFs.read(GOVERNOR).strip(),
                haltPollNs());
    }

    private static long haltPollNs() {
        String text = ProcFs.read(HALT_POLL).strip();
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    }

    /** The first CPU of the mask from {@code from} on; -1 if there is none. */
    private static int nextCpu(long[] mask, int from) {
        for (int cpu = from; cpu < mask.length * Long.SIZE; cpu++) {
            if ((mask[cpu / Long.SIZE] >>> cpu & 1) != 0) {
                return cpu;
            }
        }
        return -1;
    }

    private static int count(long[] mask) {
        int cpus = 0;
        for (long word : mask) {
            cpus += Long.bitCount(word);
        }
        return cpus;
    }
}
