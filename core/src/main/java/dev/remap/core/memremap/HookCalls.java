// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.memremap;

import java.util.concurrent.ConcurrentHashMap;

/** Calls of one hook that are under way, by thread: if one of them hangs, no further thread is to be caught in it. */
final class HookCalls {
    private final ConcurrentHashMap<Thread, Long> startedNs = new ConcurrentHashMap<>();

    /** Begins a call, unless one has been under way for longer than a limit. */
    boolean tryBegin(long limitNs) {
        long nowNs = System.nanoTime();
        for (long started : startedNs.values()) {
            if (nowNs - started > limitNs) {
                return false;
            }
        }
        startedNs.put(Thread.currentThread(), nowNs);
        return true;
    }

    /** Ends this thread's call. */
    void end() {
        startedNs.remove(Thread.currentThread());
    }
}
