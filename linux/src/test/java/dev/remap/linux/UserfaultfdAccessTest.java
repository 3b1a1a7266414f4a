// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.remap.linux.UserfaultfdAccess.Attempt;
import dev.remap.linux.UserfaultfdAccess.Result;
import dev.remap.linux.UserfaultfdAccess.Way;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UserfaultfdAccessTest {

    private static final int GRANTED_FD = 77;
    private static final int DEVICE_FD = 78;

    /** A kernel that answers as told and counts what is open. */
    private static final class ScriptedKernel implements UserfaultfdAccess.Kernel {
        private final Set<Integer> open = new HashSet<>();
        private int nextFd = 100;
        private long device;
        private long granted;
        private long syscall;
        private long userModeOnly;
        private long features = -1;

        private long give(long errno) {
            if (errno < 0) {
                return errno;
            }
            open.add(nextFd);
            return nextFd++;
        }

        @Override
        public long openDevice() {
            if (device >= 0) {
                open.add(DEVICE_FD);
            }
            return device < 0 ? device : DEVICE_FD;
        }

        @Override
        public long fromDevice(int devFd, int flags) {
            return give(devFd == GRANTED_FD ? granted : device);
        }

        @Override
        public long fromSyscall(int flags) {
            return give((flags & Userfaultfd.UFFD_USER_MODE_ONLY) != 0 ? userModeOnly : syscall);
        }

        @Override
        public long api(int uffd, long required) {
            return (required & ~features) == 0 ? 0 : -Errno.EINVAL;
        }

        @Override
        public long supportedFeatures(int probeUffd) {
            return features;
        }

        @Override
        public long close(int fd) {
            assertThat(open.remove(fd)).as("closes what is open").isTrue();
            return 0;
        }
    }

    private static List<Way> ways(Result result) {
        List<Way> ways = new ArrayList<>();
        result.attempts().forEach(attempt -> ways.add(attempt.way()));
        return ways;
    }

    @Test
    void aGrantedDescriptorComesFirst() {
        ScriptedKernel kernel = new ScriptedKernel();
        Result result = new UserfaultfdAccess(kernel, 0, GRANTED_FD).open();
        assertThat(result.way()).isEqualTo(Way.GRANTED);
        assertThat(result.kernelFaults()).isTrue();
        assertThat(result.attempts()).containsExactly(new Attempt(Way.GRANTED, 0, ""));
        assertThat(kernel.open).containsExactly(result.fd());
    }

    @Test
    void eachRefusalLeadsToTheNextWayAndNamesItsRemedy() {
        ScriptedKernel kernel = new ScriptedKernel();
        kernel.granted = -Errno.ENOTTY;
        kernel.device = -Errno.EACCES;
        kernel.syscall = -Errno.EPERM;
        Result result = new UserfaultfdAccess(kernel, 0, GRANTED_FD).open();
        assertThat(ways(result)).containsExactly(Way.GRANTED, Way.DEVICE, Way.SYSCALL, Way.SYSCALL_USER_MODE_ONLY);
        assertThat(result.way()).isEqualTo(Way.SYSCALL_USER_MODE_ONLY);
        assertThat(result.kernelFaults()).isFalse();
        assertThat(result.attempts().get(0).remedy()).contains("manager");
        assertThat(result.attempts().get(1).errno()).isEqualTo(Errno.EACCES);
        assertThat(result.attempts().get(1).remedy()).contains("chgrp", "/dev/userfaultfd");
        assertThat(result.attempts().get(2).remedy())
                .contains("vm.unprivileged_userfaultfd=1", "CAP_SYS_PTRACE", "seccomp");
        assertThat(kernel.open).containsExactly(result.fd());
    }

    @Test
    void withEveryWayRefusedThereIsNoneAndNothingStaysOpen() {
        ScriptedKernel kernel = new ScriptedKernel();
        kernel.device = -Errno.ENOENT;
        kernel.syscall = -Errno.ENOSYS;
        kernel.userModeOnly = -Errno.EPERM;
        Result result = new UserfaultfdAccess(kernel, 0, -1).open();
        assertThat(result.fd()).isEqualTo(-1);
        assertThat(result.way()).isEqualTo(Way.NONE);
        assertThat(result.attempts().get(0).remedy()).contains("Linux 6.1", "--device");
        assertThat(result.attempts().get(1).remedy()).contains("CONFIG_USERFAULTFD");
        assertThat(result.attempts().get(2).remedy()).contains("seccomp");
        assertThat(kernel.open).isEmpty();
    }

    @Test
    void missingFeaturesAreNamedWithTheKernelThatHasThem() {
        ScriptedKernel kernel = new ScriptedKernel();
        kernel.features = Userfaultfd.UFFD_FEATURE_MISSING_SHMEM;
        Result result = new UserfaultfdAccess(
                        kernel, Userfaultfd.UFFD_FEATURE_MISSING_SHMEM | Userfaultfd.UFFD_FEATURE_POISON, -1)
                .open();
        assertThat(result.way()).isEqualTo(Way.NONE);
        assertThat(result.attempts())
                .hasSize(3)
                .allSatisfy(attempt -> assertThat(attempt.remedy())
                        .contains("POISON (Linux 6.6)")
                        .doesNotContain("MISSING_SHMEM"));
        assertThat(kernel.open).isEmpty();
    }

    @Test
    void aProbeTriesAllWaysAndKeepsNothing() {
        ScriptedKernel kernel = new ScriptedKernel();
        kernel.device = -Errno.EMFILE;
        Result result = new UserfaultfdAccess(kernel, 0, -1).probe();
        assertThat(ways(result)).containsExactly(Way.DEVICE, Way.SYSCALL, Way.SYSCALL_USER_MODE_ONLY);
        assertThat(result.way()).isEqualTo(Way.SYSCALL);
        assertThat(result.fd()).isEqualTo(-1);
        assertThat(result.attempts().getFirst().remedy()).contains("ulimit");
        assertThat(kernel.open).isEmpty();
    }

    @Test
    void theKernelHereAnswersEachWay() {
        Result result = UserfaultfdAccess.probe(Userfaultfd.UFFD_FEATURE_MISSING_SHMEM);
        assertThat(result.attempts())
                .hasSize(3)
                .allSatisfy(attempt -> assertThat(attempt.remedy().isEmpty()).isEqualTo(attempt.errno() == 0));
    }

    @Test
    void aFeatureNoKernelHasIsRefusedByItsBit() {
        Result result = UserfaultfdAccess.open(1L << 62, -1);
        assertThat(result.fd()).isEqualTo(-1);
        boolean permitted = UserfaultfdAccess.probe(0).way() != Way.NONE;
        assumeTrue(permitted, "no userfaultfd here");
        assertThat(result.attempts()).anySatisfy(a -> assertThat(a.remedy()).contains("bit 62"));
    }

    @Test
    void aUserModeDescriptorMakesKernelAccessFailRatherThanWait() {
        long uffd = Userfaultfd.fromSyscall(FileIo.O_CLOEXEC | Userfaultfd.UFFD_USER_MODE_ONLY);
        assumeTrue(uffd >= 0, () -> "userfaultfd(2): " + Errno.name(uffd));
        assertThat(Userfaultfd.api((int) uffd, Userfaultfd.UFFD_FEATURE_MISSING_SHMEM))
                .isZero();
        try (RegisteredMemory memory = RegisteredMemory.of(1, 0);
                UffdPort port = new UffdPort((int) uffd)) {
            assertThat(port.register(memory.address, memory.length, Userfaultfd.UFFDIO_REGISTER_MODE_MISSING))
                    .isZero();
            assertThat(Mmap.madvise(memory.address, memory.length, Mmap.MADV_POPULATE_READ))
                    .isEqualTo(-Errno.EFAULT);
        } finally {
            FileIo.close((int) uffd);
        }
    }

    @Test
    void aSecondHandshakeIsRefused() {
        long uffd = Userfaultfd.fromSyscall(FileIo.O_CLOEXEC | Userfaultfd.UFFD_USER_MODE_ONLY);
        assumeTrue(uffd >= 0, () -> "userfaultfd(2): " + Errno.name(uffd));
        assertThat(Userfaultfd.supportedFeatures((int) uffd) & Userfaultfd.UFFD_FEATURE_MISSING_SHMEM)
                .isNotZero();
        assertThat(Userfaultfd.api((int) uffd, 0)).isEqualTo(-Errno.EINVAL);
        FileIo.close((int) uffd);
    }
}
