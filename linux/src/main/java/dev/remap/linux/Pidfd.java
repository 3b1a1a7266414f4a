// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

/** Processes by descriptor, safe against reuse of the pid: {@code linux/pidfd.h}, Linux 5.3; getfd 5.6. */
public final class Pidfd {

    public static final int SIGABRT = 6;
    public static final int SIGKILL = 9;
    public static final int SIGTERM = 15;

    private Pidfd() {}

    /** A descriptor, close-on-exec, that is readable once the process has ended. */
    public static long open(int pid) {
        return Native.retry(Syscall.PIDFD_OPEN, pid, 0, 0);
    }

    /** The process's id as this process's {@code /proc} has it: -1 once it has ended, 0 if it is of a pid namespace not seen from here. */
    public static int pid(int pidfd) {
        return (int) ProcFs.fdinfo(pidfd, "Pid");
    }

    /** 0, or -ESRCH if the process is gone. Signal 0 only checks. */
    public static long sendSignal(int pidfd, int signal) {
        return Native.retry(Syscall.PIDFD_SEND_SIGNAL, pidfd, signal, 0);
    }

    /** A duplicate, close-on-exec, of the other process's descriptor {@code fd}; takes ptrace attach access. */
    public static long getfd(int pidfd, int fd) {
        return Native.retry(Syscall.PIDFD_GETFD, pidfd, fd, 0);
    }
}
