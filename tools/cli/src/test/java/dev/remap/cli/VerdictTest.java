// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.cli.HostFacts.Java;
import dev.remap.cli.HostFacts.Trial;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerdictTest {
    @Test
    void goodHostWorks() {
        assertThat(verdict(Hosts.good())).isEqualTo(new Verdict(true, "Remap works here."));
    }

    @Test
    void notesDoNotChangeTheVerdict() {
        HostFacts host = Hosts.with(Hosts.idle(60, 10, 15, 0, "menu", 0));

        assertThat(verdict(host).sentence()).isEqualTo("Remap works here.");
    }

    @Test
    void missingKernelFaultsAreALimit() {
        assertThat(verdict(Hosts.with(Hosts.ordinaryUser())))
                .isEqualTo(new Verdict(
                        true,
                        "Remap works here, with limits: system calls that touch a page which is not in memory"
                                + " fail with EFAULT, except through a Pin."));
    }

    @Test
    void noUserfaultfdIsAnEndToIt() {
        assertThat(verdict(Hosts.with(Hosts.container())))
                .isEqualTo(new Verdict(false, "Remap cannot work here: this process may not have a userfaultfd."));
    }

    @Test
    void everyProblemIsNamed() {
        HostFacts good = Hosts.good();
        HostFacts host = new HostFacts(
                good.java(),
                Hosts.kernel("5.4.0", 4096, 0),
                Hosts.container(),
                good.idle(),
                good.memory(),
                good.limits(),
                Trial.none());

        assertThat(verdict(host).sentence()).contains("Linux 5.4.0 is too old; this process may not");
    }

    @Test
    void jvmThatMayNotCallLinuxIsTheOnlyProblemNamed() {
        HostFacts host = Hosts.with(new Java(
                "25", Optional.of("start the JVM with a flag"), new HostFacts.Image("/opt/remap/runtime", "")));

        assertThat(verdict(host)).isEqualTo(new Verdict(false, "Remap cannot work here: this JVM may not call Linux."));
        assertThat(Diagnosis.isWorthATry(host)).isFalse();
    }

    @Test
    void failedTrialOverrulesEverything() {
        HostFacts host = Hosts.good().with(new Trial(true, "no answer in 10 s", 0, "", ""));

        assertThat(verdict(host)).isEqualTo(new Verdict(false, "Remap cannot work here: it was tried and failed."));
    }

    @Test
    void onlyAHostThatMayWorkIsWorthATry() {
        assertThat(Diagnosis.isWorthATry(Hosts.good())).isTrue();
        assertThat(Diagnosis.isWorthATry(Hosts.with(Hosts.ordinaryUser()))).isTrue();
        assertThat(Diagnosis.isWorthATry(Hosts.with(Hosts.container()))).isFalse();
    }

    private static Verdict verdict(HostFacts host) {
        return Diagnosis.of(host).verdict();
    }
}
