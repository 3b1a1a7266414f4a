// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.wire.Keepsakes;
import dev.remap.wire.KeptLayout;
import dev.remap.wire.Request;
import dev.remap.wire.RequestCodec;
import dev.remap.wire.WireException;
import java.io.IOException;

/**
 * What a manager needs to serve an application: what the application said, and descriptors. Handed from a manager to the one that takes
 * over.
 *
 * @param control the socket of requests
 * @param agent the socket of the application's agent
 * @param transfer the memfd that bytes are read into
 * @param counters the memfd of the shared counters
 * @param pidfd the application
 * @param liveness the write end of the pipe whose last closing tells the application that no manager is left
 */
record Inheritance(
        Request.Hello hello, int control, int agent, int uffd, int transfer, int counters, int pidfd, int liveness) {
    void keep(Keepsakes keepsakes) throws IOException {
        keep(keepsakes, KeptLayout.SESSION);
    }

    /** The same under another key. */
    void keep(Keepsakes keepsakes, String key) throws IOException {
        int[] fds = new int[KeptLayout.SESSION_FDS];
        fds[KeptLayout.CONTROL] = control;
        fds[KeptLayout.AGENT] = agent;
        fds[KeptLayout.USERFAULTFD] = uffd;
        fds[KeptLayout.TRANSFER] = transfer;
        fds[KeptLayout.COUNTERS] = counters;
        fds[KeptLayout.APPLICATION] = pidfd;
        fds[KeptLayout.LIVENESS] = liveness;
        keepsakes.keep(key, RequestCodec.toBytes(hello), fds);
    }

    /** Duplicates of what was kept. */
    static Inheritance from(Keepsakes keepsakes) throws IOException {
        return from(keepsakes, KeptLayout.SESSION);
    }

    /** The same of what was kept under another key. */
    static Inheritance from(Keepsakes keepsakes, String key) throws IOException {
        Keepsakes.Kept kept = keepsakes.get(key);
        if (kept == null
                || kept.fds().length != KeptLayout.SESSION_FDS
                || !(hello(kept) instanceof Request.Hello hello)) {
            throw new IOException("the manager died before it had told what it serves");
        }
        int[] fds = new int[KeptLayout.SESSION_FDS];
        for (int i = 0; i < fds.length; i++) {
            fds[i] = duplicate(kept.fds()[i]);
        }
        return new Inheritance(
                hello,
                fds[KeptLayout.CONTROL],
                fds[KeptLayout.AGENT],
                fds[KeptLayout.USERFAULTFD],
                fds[KeptLayout.TRANSFER],
                fds[KeptLayout.COUNTERS],
                fds[KeptLayout.APPLICATION],
                fds[KeptLayout.LIVENESS]);
    }

    /** Closes all. */
    void close() {
        for (int fd : new int[] {control, agent, uffd, transfer, counters, pidfd, liveness}) {
            FileIo.close(fd);
        }
    }

    private static Request hello(Keepsakes.Kept kept) throws WireException {
        return RequestCodec.fromBytes(kept.value());
    }

    /** A duplicate of a descriptor that is kept. */
    static int duplicate(int fd) throws IOException {
        long own = FileIo.fcntlDup(fd);
        if (own < 0) {
            throw new IOException("dup of a kept descriptor: " + Errno.name(own));
        }
        return (int) own;
    }
}
