// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.cli.HostFacts.Kernel;
import dev.remap.cli.HostFacts.Limits;
import dev.remap.cli.HostFacts.Trial;
import dev.remap.linux.Errno;
import org.junit.jupiter.api.Test;

/** What Remap works without, though not as well. */
class NoteChecksTest {
    @Test
    void managersWithoutAnImageAreANoteWithTheWayToMakeOne() {
        Finding finding = ImageCheck.of(new HostFacts.Image("", "there is none"));

        assertThat(finding.state()).isEqualTo(State.NOTE);
        assertThat(finding.remedies()).containsExactly("`./remap build` makes one beside the jars");
    }

    @Test
    void anImageThatIsNotUsedComesWithTheReason() {
        Finding finding = ImageCheck.of(new HostFacts.Image("/opt/remap/runtime", "/opt is everybody's"));

        assertThat(finding.state()).isEqualTo(State.NOTE);
        assertThat(finding.found()).contains("/opt/remap/runtime is not used: /opt is everybody's");
    }

    @Test
    void theDeadMansSwitchNeedsAKernelThatCutsFiles() {
        Finding armed = DeadManCheck.of(new Kernel("6.18.0", 4096, -1, "never", 0, "0", 0, 0));
        assertThat(armed.found()).containsExactly("armed: the kernel does it, by io_uring");
        Finding old = DeadManCheck.of(new Kernel("6.6.0", 4096, -1, "never", 0, "0", 0, Errno.EINVAL));
        assertThat(old.found().getFirst()).contains("EINVAL").contains("third process");
        assertThat(old.remedies().getFirst()).contains("6.9");
    }

    @Test
    void ioUringThatIsSwitchedOffComesWithTheSysctl() {
        Finding finding = IoUringCheck.of(new Kernel("6.18.0", 4096, -1, "never", Errno.EPERM, "2", 0, 0));

        assertThat(finding.state()).isEqualTo(State.NOTE);
        assertThat(finding.found()).containsExactly("refused, EPERM (sysctl kernel.io_uring_disabled is 2)");
        assertThat(finding.remedies().getFirst()).contains("kernel.io_uring_disabled=0");
    }

    @Test
    void ioUringThatIsMissingComesWithTheKernelOptionAndTheProfile() {
        Finding finding = IoUringCheck.of(new Kernel("6.18.0", 4096, -1, "never", Errno.ENOSYS, "", 0, 0));

        assertThat(finding.remedies().getFirst()).contains("CONFIG_IO_URING", "seccomp");
    }

    @Test
    void processMadviseTakesACapability() {
        Finding finding = ProcessMadviseCheck.of(new Kernel("6.18.0", 4096, -1, "never", 0, "0", Errno.EPERM, 0));

        assertThat(finding.state()).isEqualTo(State.NOTE);
        assertThat(finding.remedies().getFirst()).contains("CAP_SYS_NICE");
    }

    @Test
    void processMadviseTakesAKernelThatHasIt() {
        Finding finding = ProcessMadviseCheck.of(new Kernel("6.18.0", 4096, -1, "never", 0, "0", Errno.ENOSYS, 0));

        assertThat(finding.remedies().getFirst()).contains("Linux 5.10", "seccomp");
    }

    @Test
    void hugePagesForAllSharedMemoryAreToBeSwitchedOff() {
        HostFacts host = Hosts.with(new Kernel("6.18.0", 4096, -1, "always", 0, "0", 0, 0));

        Finding finding = MemoryChecks.of(host).get(1);

        assertThat(finding.state()).isEqualTo(State.NOTE);
        assertThat(finding.remedies().getFirst()).contains("echo advise >", "shmem_enabled");
    }

    @Test
    void hugePagesOnAdviceAreFine() {
        HostFacts host = Hosts.with(new Kernel("6.18.0", 4096, -1, "advise", 0, "0", 0, 0));

        assertThat(MemoryChecks.of(host).get(1).state()).isEqualTo(State.OK);
    }

    @Test
    void swapIsExplained() {
        Finding finding = MemoryChecks.of(Hosts.with(Hosts.memory(Hosts.unlimited(), true)))
                .get(2);

        assertThat(finding.state()).isEqualTo(State.NOTE);
        assertThat(finding.found().getFirst()).contains("from within the application");
        assertThat(finding.remedies().getFirst()).contains("swapoff");
    }

    @Test
    void memoryShowsTheLimitOfTheControlGroup() {
        HostFacts host = Hosts.with(Hosts.memory(Hosts.limited(512L << 20, 128L << 20), false));

        Finding finding = MemoryChecks.of(host).getFirst();

        assertThat(finding.state()).isEqualTo(State.OK);
        assertThat(finding.found())
                .contains(
                        "the machine: 24.0 GiB, of which 20.0 GiB available",
                        "the control group (v2, /sys/fs/cgroup/x) allows 512.0 MiB, of which 128.0 MiB are in use",
                        "the budget by default: 8192 MiB, half of what is available");
    }

    @Test
    void fullControlGroupIsNoted() {
        HostFacts host = Hosts.with(Hosts.memory(Hosts.limited(512L << 20, 500L << 20), false));

        Finding finding = MemoryChecks.of(host).getFirst();

        assertThat(finding.state()).isEqualTo(State.NOTE);
        assertThat(finding.remedies()).containsExactly("free or grant memory: less than 64 MiB are left to work with");
    }

    @Test
    void defaultBudgetThatIsTooSmallComesWithTheSettings() {
        HostFacts host = Hosts.good().with(new Trial(true, "", 1, "", "0 MiB = limit - heap"));

        Finding finding = MemoryChecks.of(host).getFirst();

        assertThat(finding.state()).isEqualTo(State.NOTE);
        assertThat(finding.found()).contains("the budget by default is too small: 0 MiB = limit - heap");
        assertThat(finding.remedies())
                .containsExactly("name a budget (RemapConfig.dramBytes)", "lower -Xmx and -XX:MaxDirectMemorySize");
    }

    @Test
    void fewOpenFilesAreToBeRaised() {
        Finding finding = LimitChecks.of(new Limits(256, "/tmp", 1)).getFirst();

        assertThat(finding.state()).isEqualTo(State.NOTE);
        assertThat(finding.remedies().getFirst()).contains("ulimit -n");
    }

    @Test
    void unknownLimitsAreNotHeldAgainstTheHost() {
        assertThat(LimitChecks.of(new Limits(-1, "/tmp", -1)))
                .extracting(Finding::state)
                .containsOnly(State.OK);
    }
}
