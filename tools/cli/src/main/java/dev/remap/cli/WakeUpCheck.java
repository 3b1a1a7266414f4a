// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import dev.remap.cli.HostFacts.Idle;
import dev.remap.cli.HostFacts.RoundTrips;
import dev.remap.linux.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What it costs to wake a CPU, which is most of what a page fault costs where that is dear. */
final class WakeUpCheck {
    /** A round trip between CPUs that takes this many times one on a single CPU is called dear. */
    static final int DEAR = 2;

    /** A message does not take a millisecond by itself. */
    private static final long DISTURBED_NS = 1_000_000;

    private static final String TITLE = "Waking an idle CPU";
    private static final String WHAT =
            "A page fault wakes the manager, and its answer wakes the program: two wake-ups a fault, measured here.";

    private WakeUpCheck() {}

    static Finding of(Idle idle) {
        List<String> found = found(idle);
        if (!isDear(idle)) {
            return Finding.ok(TITLE, WHAT, found);
        }
        return Finding.note(TITLE, WHAT, found, remedies(idle).toArray(String[]::new));
    }

    private static boolean isDear(Idle idle) {
        if (idle.twoCpus().isEmpty() || idle.oneCpu().isEmpty()) {
            return false;
        }
        return idle.twoCpus().get().medianNs() > DEAR * idle.oneCpu().get().medianNs();
    }

    private static boolean isDisturbed(Idle idle) {
        return Stream.of(idle.oneCpu(), idle.twoCpus(), idle.held())
                .flatMap(Optional::stream)
                .anyMatch(trips -> trips.p99Ns() > DISTURBED_NS);
    }

    private static List<String> found(Idle idle) {
        List<String> found = new ArrayList<>();
        found.add(line("a message to a thread on another CPU and back", idle.twoCpus()));
        if (idle.holdErrno() == 0) {
            found.add(line("the same while /dev/cpu_dma_latency is held at 0", idle.held()));
        } else {
            found.add("/dev/cpu_dma_latency cannot be held: " + Errno.name(idle.holdErrno()));
        }
        found.add(line("the same with both threads on one CPU", idle.oneCpu()));
        found.add(where(idle));
        if (isDisturbed(idle)) {
            found.add("other work ran on these CPUs meanwhile: look again when they are idle");
        }
        return found;
    }

    private static String where(Idle idle) {
        String machine = idle.virtualMachine() ? "a virtual machine" : "not a virtual machine, as far as it shows";
        String cpus = idle.cpus() == 1 ? "1 CPU" : idle.cpus() + " CPUs";
        String governor = idle.governor().isEmpty() ? "" : ", idle governor " + idle.governor();
        String polling = idle.haltPollNs() < 0 ? "" : ", guest_halt_poll_ns " + idle.haltPollNs();
        return machine + ", " + cpus + governor + polling;
    }

    private static String line(String what, Optional<RoundTrips> measured) {
        return what + ": "
                + measured.map(trips -> String.format(
                                Locale.ROOT, "%.1f us (p99 %.0f us)", trips.medianNs() / 1e3, trips.p99Ns() / 1e3))
                        .orElse("not measured");
    }

    private static List<String> remedies(Idle idle) {
        List<String> remedies = new ArrayList<>();
        if (idle.holdErrno() != 0) {
            remedies.add("let Remap keep CPUs awake while faults are frequent: give its user access, for instance"
                    + " `chgrp remap /dev/cpu_dma_latency && chmod 660 /dev/cpu_dma_latency`");
        } else if (holdingHelps(idle)) {
            remedies.add("nothing, if the second time is good enough: Remap holds /dev/cpu_dma_latency while faults are"
                    + " frequent, at the price of power (RemapConfig.holdCpuLatency, on by default)");
        }
        if (idle.virtualMachine()) {
            remedies.add(haltPolling(idle));
        }
        remedies.add("boot with idle=poll, which burns power always");
        return remedies;
    }

    private static boolean holdingHelps(Idle idle) {
        return idle.held().isPresent()
                && idle.twoCpus().isPresent()
                && idle.held().get().medianNs() * 4 < idle.twoCpus().get().medianNs() * 3;
    }

    private static String haltPolling(Idle idle) {
        String set = "`echo 200000 > /sys/module/haltpoll/parameters/guest_halt_poll_ns`";
        if (idle.haltPollNs() < 0) {
            return "let idle CPUs of this virtual machine look for work before they sleep: load the module"
                    + " cpuidle_haltpoll, choose the idle governor haltpoll, then " + set;
        }
        String governor = idle.governor().equals("haltpoll")
                ? ""
                : "`echo haltpoll > /sys/devices/system/cpu/cpuidle/current_governor`, then ";
        return "let idle CPUs of this virtual machine look for work before they sleep: " + governor + set;
    }
}
