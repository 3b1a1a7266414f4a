// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

/**
 * The process at the other end of a Unix socket when it connected: SO_PEERCRED.
 *
 * <p>If it could not be had, {@code pid} is -errno and both ids are -1, which no process has. A pid of 0 is a process that is
 * not visible in this pid namespace.
 */
public record PeerCredentials(int pid, int uid, int gid) {

    /** Of this process: effective ids. */
    public static PeerCredentials self() {
        return new PeerCredentials(
                (int) Native.call(Syscall.GETPID, 0, 0, 0), (int) Native.call(Syscall.GETEUID, 0, 0, 0), (int)
                        Native.call(Syscall.GETEGID, 0, 0, 0));
    }
}
