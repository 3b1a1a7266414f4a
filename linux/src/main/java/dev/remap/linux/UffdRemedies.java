// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import dev.remap.linux.UserfaultfdAccess.Way;

/** What to change so that a refused userfaultfd is granted. */
final class UffdRemedies {

    private UffdRemedies() {}

    /** {@code way} was refused with {@code errno} (positive). */
    static String refused(Way way, int errno) {
        if (errno == Errno.EMFILE || errno == Errno.ENFILE) {
            return "out of file descriptors: raise `ulimit -n` (LimitNOFILE= in a systemd unit)";
        }
        return switch (way) {
            case GRANTED ->
                "the granted descriptor is not one of an open " + Userfaultfd.DEVICE + " (" + Errno.name(errno)
                        + "): restart the manager that sent it";
            case DEVICE -> device(errno);
            case SYSCALL -> syscall(errno);
            case SYSCALL_USER_MODE_ONLY -> userModeOnly(errno);
            case NONE -> Errno.name(errno);
        };
    }

    private static String device(int errno) {
        return switch (errno) {
            case Errno.ENOENT ->
                Userfaultfd.DEVICE + " does not exist: it needs Linux 6.1 with CONFIG_USERFAULTFD; in a"
                        + " container pass it in (--device " + Userfaultfd.DEVICE + ")";
            case Errno.EACCES ->
                "no access to " + Userfaultfd.DEVICE + ": give it a group and mode, for instance"
                        + " `chgrp remap " + Userfaultfd.DEVICE + " && chmod 660 " + Userfaultfd.DEVICE
                        + "`, or connect to a"
                        + " served manager that grants a descriptor of it";
            case Errno.EPERM ->
                "the device cgroup forbids " + Userfaultfd.DEVICE + ": start the container with --device "
                        + Userfaultfd.DEVICE;
            default -> Userfaultfd.DEVICE + " failed with " + Errno.name(errno);
        };
    }

    private static String syscall(int errno) {
        return switch (errno) {
            case Errno.EPERM ->
                "userfaultfd(2) is not permitted: set sysctl vm.unprivileged_userfaultfd=1, or grant"
                        + " CAP_SYS_PTRACE; in a container the seccomp profile must allow userfaultfd too";
            case Errno.ENOSYS ->
                "this kernel has no userfaultfd(2) (CONFIG_USERFAULTFD is off), or a seccomp profile hides it";
            default -> "userfaultfd(2) failed with " + Errno.name(errno);
        };
    }

    private static String userModeOnly(int errno) {
        return switch (errno) {
            case Errno.EINVAL -> "UFFD_USER_MODE_ONLY needs Linux 5.11";
            case Errno.EPERM ->
                "userfaultfd(2) is forbidden even for user mode: allow userfaultfd in the container's seccomp"
                        + " profile";
            default -> syscall(errno);
        };
    }

    /** The handshake was refused with {@code errno}; {@code missing} are the features that lack, 0 if not known. */
    static String handshake(int errno, long missing) {
        if (missing == 0) {
            return "UFFDIO_API failed with " + Errno.name(errno);
        }
        return "the kernel lacks UFFD features " + String.join(", ", Userfaultfd.featureNames(missing))
                + ": boot the Linux version named, or a later one";
    }
}
