// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.linux.Errno;
import org.junit.jupiter.api.Test;

class WakeUpCheckTest {
    @Test
    void cheapWakeUpsNeedNothing() {
        Finding finding = WakeUpCheck.of(Hosts.idle(20, 10, 15, 0, "menu", 0));

        assertThat(finding.state()).isEqualTo(State.OK);
        assertThat(finding.remedies()).isEmpty();
    }

    @Test
    void dearWakeUpsShowWhatWasMeasured() {
        assertThat(WakeUpCheck.of(Hosts.idle(60, 10, 15, 0, "menu", 0)).found())
                .contains(
                        "a message to a thread on another CPU and back: 60.0 us (p99 120 us)",
                        "the same while /dev/cpu_dma_latency is held at 0: 15.0 us (p99 30 us)",
                        "the same with both threads on one CPU: 10.0 us (p99 20 us)");
    }

    @Test
    void holdingTheLatencyIsARemedyWhereItHelps() {
        assertThat(remedies(Hosts.idle(60, 10, 15, 0, "menu", 0))).contains("RemapConfig.holdCpuLatency");
        assertThat(remedies(Hosts.idle(60, 10, 58, 0, "menu", 0))).doesNotContain("RemapConfig.holdCpuLatency");
    }

    @Test
    void refusedLatencyDeviceComesWithTheWayToGrantIt() {
        HostFacts.Idle idle = Hosts.idle(60, 10, 0, Errno.EACCES, "menu", 0);

        assertThat(WakeUpCheck.of(idle).found()).contains("/dev/cpu_dma_latency cannot be held: EACCES");
        assertThat(remedies(idle)).contains("chmod 660 /dev/cpu_dma_latency");
    }

    @Test
    void haltPollingStepsFitTheGovernorThatIsThere() {
        assertThat(remedies(Hosts.idle(60, 10, 15, 0, "haltpoll", 0)))
                .contains("guest_halt_poll_ns`")
                .doesNotContain("current_governor");
        assertThat(remedies(Hosts.idle(60, 10, 15, 0, "menu", 0)))
                .contains("echo haltpoll > /sys/devices/system/cpu/cpuidle/current_governor");
        assertThat(remedies(Hosts.idle(60, 10, 15, 0, "menu", -1))).contains("load the module cpuidle_haltpoll");
    }

    @Test
    void pollingFromBootIsAlwaysAWay() {
        assertThat(remedies(Hosts.idle(60, 10, 15, 0, "menu", 0))).contains("idle=poll");
    }

    @Test
    void disturbedMeasurementSaysSo() {
        assertThat(WakeUpCheck.of(Hosts.idle(600, 10, 15, 0, "menu", 0)).found())
                .anyMatch(line -> line.startsWith("other work ran"));
    }

    @Test
    void singleCpuIsNotJudged() {
        HostFacts.Idle two = Hosts.good().idle();
        HostFacts.Idle one = new HostFacts.Idle(
                1, two.oneCpu(), java.util.Optional.empty(), java.util.Optional.empty(), 0, false, "", -1);

        Finding finding = WakeUpCheck.of(one);

        assertThat(finding.state()).isEqualTo(State.OK);
        assertThat(finding.found()).contains("a message to a thread on another CPU and back: not measured");
        assertThat(finding.found()).anyMatch(line -> line.endsWith(", 1 CPU"));
    }

    private static String remedies(HostFacts.Idle idle) {
        return String.join("\n", WakeUpCheck.of(idle).remedies());
    }
}
