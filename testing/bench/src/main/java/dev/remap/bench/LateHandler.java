// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.linux.UffdMessages;
import dev.remap.linux.UffdPort;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Answers the faults of a userfaultfd with zeros, each after a while, as if it fetched the page from a slow place. */
final class LateHandler implements Runnable {
    private static final long PAGE = 4096;
    private static final long ANSWER_AFTER_MS = 300;

    private final int uffd;

    LateHandler(int uffd) {
        this.uffd = uffd;
    }

    /** Starts a thread of that name that does so until the process ends. */
    static void start(String name, int uffd) {
        Thread thread = new Thread(new LateHandler(uffd), name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        UffdPort port = new UffdPort(uffd);
        UffdMessages messages = new UffdMessages(1);
        MemorySegment zeros = Arena.global().allocate(PAGE, PAGE);
        try {
            while (messages.fill(port) > 0) {
                Thread.sleep(ANSWER_AFTER_MS);
                port.copy(messages.address(0) & -PAGE, zeros.address(), PAGE, 0);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
