// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.linux.Userfaultfd;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Remap cannot work without: the JVM, the kernel, a userfaultfd. */
class ConditionChecksTest {
    @Test
    void deniedNativeAccessComesWithTheFlag() {
        Finding finding = JavaCheck.of(new HostFacts.Java(
                "25", Optional.of("add --enable-native-access=X"), new HostFacts.Image("/opt/remap/runtime", "")));

        assertThat(finding.state()).isEqualTo(State.PROBLEM);
        assertThat(finding.remedies()).containsExactly("add --enable-native-access=X");
    }

    @ParameterizedTest
    @CsvSource({
        "4.19.0, PROBLEM",
        "5.19.0, PROBLEM",
        "6.3.9, PROBLEM",
        "6.4.0, OK",
        "6.18.44-fc-v657, OK",
        "7.0.0-rc1, OK",
        "10.1, OK",
        "unheard-of, OK"
    })
    void kernelMustBeSixFourOrNewer(String release, State state) {
        assertThat(KernelCheck.of(Hosts.kernel(release, 4096, Hosts.ALL_FEATURES))
                        .state())
                .isEqualTo(state);
    }

    @Test
    void oldKernelIsToldWhatToBoot() {
        assertThat(KernelCheck.of(Hosts.kernel("5.15.0", 4096, Hosts.ALL_FEATURES))
                        .remedies())
                .containsExactly("boot Linux 6.4 or newer, best 6.6 or newer");
    }

    @Test
    void largePagesAreAProblem() {
        Finding finding = KernelCheck.of(Hosts.kernel("6.18.0", 65536, Hosts.ALL_FEATURES));

        assertThat(finding.state()).isEqualTo(State.PROBLEM);
        assertThat(finding.brief()).isEqualTo("memory pages are not 4 KiB");
        assertThat(finding.found()).contains("Linux 6.18.0, pages of 64 KiB");
    }

    @Test
    void missingFeatureIsNamedWithTheKernelThatHasIt() {
        long without = ~Userfaultfd.UFFD_FEATURE_WP_HUGETLBFS_SHMEM;
        Finding finding = KernelCheck.of(Hosts.kernel("6.9.0", 4096, without));

        assertThat(finding.state()).isEqualTo(State.PROBLEM);
        assertThat(finding.brief()).contains("WP_HUGETLBFS_SHMEM (Linux 5.19, aarch64 6.10)");
        assertThat(finding.found()).anyMatch(line -> line.startsWith("cannot see which pages are written to"));
    }

    @Test
    void withoutPoisonTheFailurePolicyIsLimited() {
        Finding finding = KernelCheck.of(Hosts.kernel("6.5.0", 4096, ~Userfaultfd.UFFD_FEATURE_POISON));

        assertThat(finding.state()).isEqualTo(State.LIMIT);
        assertThat(finding.remedies().getFirst()).contains("Linux 6.6", "FailurePolicy.POISON", "WAIT");
    }

    @Test
    void unknownFeaturesAreNotHeldAgainstTheKernel() {
        Finding finding = KernelCheck.of(Hosts.kernel("6.18.0", 4096, 0));

        assertThat(finding.state()).isEqualTo(State.OK);
        assertThat(finding.found()).anyMatch(line -> line.contains("there was none to ask"));
    }

    @Test
    void refusedUserfaultfdListsEachRemedyOnce() {
        Finding finding = UserfaultfdCheck.of(Hosts.container());

        assertThat(finding.state()).isEqualTo(State.PROBLEM);
        assertThat(finding.remedies()).containsExactly("pass the device in", "allow it in the profile");
        assertThat(finding.found())
                .contains(
                        "by opening /dev/userfaultfd: refused, ENOENT",
                        "/dev/userfaultfd: not there",
                        "a seccomp filter is at work, as in containers");
    }

    @Test
    void ordinaryUserIsToldHowToLiftTheLimit() {
        Finding finding = UserfaultfdCheck.of(Hosts.ordinaryUser());

        assertThat(finding.state()).isEqualTo(State.LIMIT);
        assertThat(finding.remedies()).containsExactly("give the device a group", "set the sysctl");
        assertThat(finding.found())
                .contains(
                        "by opening /dev/userfaultfd: refused, EACCES",
                        "by the system call, for the program's own touches only: yes",
                        "sysctl vm.unprivileged_userfaultfd: 0",
                        "capability CAP_SYS_PTRACE: no");
    }

    @Test
    void oneGoodWayNeedsNoRemedy() {
        assertThat(UserfaultfdCheck.of(Hosts.good().access()).remedies()).isEmpty();
    }

    @Test
    void trialThatFailedShowsTheMessage() {
        Finding finding = TrialCheck.of(new HostFacts.Trial(true, "no answer in 10 s", 0, "", ""));

        assertThat(finding.state()).isEqualTo(State.PROBLEM);
        assertThat(finding.found()).containsExactly("it failed: no answer in 10 s");
        assertThat(finding.remedies()).hasSize(1);
    }

    @Test
    void trialThatWasNotMadeIsNotHeldAgainstTheHost() {
        assertThat(TrialCheck.of(HostFacts.Trial.none()).state()).isEqualTo(State.OK);
    }
}
