// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

/** System-call numbers by architecture: {@code asm/unistd_64.h} for x86-64, {@code asm-generic/unistd.h} for aarch64. */
final class Syscall {

    static final int READ = Arch.pick(0, 63);
    static final int WRITE = Arch.pick(1, 64);
    static final int CLOSE = Arch.pick(3, 57);
    static final int LSEEK = Arch.pick(8, 62);
    static final int MMAP = Arch.pick(9, 222);
    static final int MPROTECT = Arch.pick(10, 226);
    static final int MUNMAP = Arch.pick(11, 215);
    static final int IOCTL = Arch.pick(16, 29);
    static final int PREAD64 = Arch.pick(17, 67);
    static final int PWRITE64 = Arch.pick(18, 68);
    static final int MSYNC = Arch.pick(26, 227);
    static final int MINCORE = Arch.pick(27, 232);
    static final int MADVISE = Arch.pick(28, 233);
    static final int GETPID = Arch.pick(39, 172);
    static final int SOCKET = Arch.pick(41, 198);
    static final int CONNECT = Arch.pick(42, 203);
    static final int SENDMSG = Arch.pick(46, 211);
    static final int RECVMSG = Arch.pick(47, 212);
    static final int SHUTDOWN = Arch.pick(48, 210);
    static final int BIND = Arch.pick(49, 200);
    static final int LISTEN = Arch.pick(50, 201);
    static final int SOCKETPAIR = Arch.pick(53, 199);
    static final int GETSOCKOPT = Arch.pick(55, 209);
    static final int FCNTL = Arch.pick(72, 25);
    static final int FDATASYNC = Arch.pick(75, 83);
    static final int FTRUNCATE = Arch.pick(77, 46);
    static final int FCHMOD = Arch.pick(91, 52);
    static final int GETEUID = Arch.pick(107, 175);
    static final int GETEGID = Arch.pick(108, 177);
    static final int GETPRIORITY = Arch.pick(140, 141);
    static final int SETPRIORITY = Arch.pick(141, 140);
    static final int MLOCK = Arch.pick(149, 228);
    static final int MUNLOCK = Arch.pick(150, 229);
    static final int PRCTL = Arch.pick(157, 167);
    static final int GETTID = Arch.pick(186, 178);
    static final int SCHED_SETAFFINITY = Arch.pick(203, 122);
    static final int SCHED_GETAFFINITY = Arch.pick(204, 123);
    static final int IO_SETUP = Arch.pick(206, 0);
    static final int IO_DESTROY = Arch.pick(207, 1);
    static final int IO_GETEVENTS = Arch.pick(208, 4);
    static final int IO_SUBMIT = Arch.pick(209, 2);
    static final int FADVISE64 = Arch.pick(221, 223);
    static final int OPENAT = Arch.pick(257, 56);
    static final int PPOLL = Arch.pick(271, 73);
    static final int SYNC_FILE_RANGE = Arch.pick(277, 84);
    static final int FALLOCATE = Arch.pick(285, 47);
    static final int ACCEPT4 = Arch.pick(288, 242);
    static final int EVENTFD2 = Arch.pick(290, 19);
    static final int PIPE2 = Arch.pick(293, 59);
    static final int PREADV = Arch.pick(295, 69);
    static final int PWRITEV = Arch.pick(296, 70);
    static final int GETCPU = Arch.pick(309, 168);
    static final int GETRANDOM = Arch.pick(318, 278);
    static final int MEMFD_CREATE = Arch.pick(319, 279);
    static final int USERFAULTFD = Arch.pick(323, 282);
    static final int STATX = Arch.pick(332, 291);
    static final int PIDFD_SEND_SIGNAL = Arch.pick(424, 424);
    static final int IO_URING_SETUP = Arch.pick(425, 425);
    static final int IO_URING_ENTER = Arch.pick(426, 426);
    static final int PIDFD_OPEN = Arch.pick(434, 434);
    static final int PIDFD_GETFD = Arch.pick(438, 438);
    static final int PROCESS_MADVISE = Arch.pick(440, 440);

    private Syscall() {}
}
