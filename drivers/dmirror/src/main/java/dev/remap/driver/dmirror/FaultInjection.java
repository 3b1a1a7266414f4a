// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.dmirror;

import dev.remap.driver.dmirror.protocol.DmirrorProtocol;
import java.util.concurrent.locks.LockSupport;

/** What goes wrong next, as an application has told the device. Thread-safe. */
final class FaultInjection {
    private static final int HOOKS = DmirrorProtocol.HOOK_INVALIDATE + 1;

    private final long ownCopyNs;
    private final long[] throwing = new long[HOOKS];
    private final long[] hangingMs = new long[HOOKS];
    private long allocations;
    private long copies;
    private long copyNs;
    private boolean restores;

    /** For a device whose copies take so long anyway. */
    FaultInjection(long ownCopyNs) {
        this.ownCopyNs = ownCopyNs;
    }

    synchronized void failAllocations(long count) {
        allocations = count;
    }

    synchronized void failCopies(long count) {
        copies = count;
    }

    synchronized void slowCopies(long ns) {
        copyNs = ns;
    }

    synchronized void restores(boolean value) {
        restores = value;
    }

    synchronized boolean restores() {
        return restores;
    }

    /** False if there is no such hook. */
    synchronized boolean throwInHook(int hook, long count) {
        if (hook >= HOOKS) {
            return false;
        }
        throwing[hook] = count;
        return true;
    }

    /** False if there is no such hook. */
    synchronized boolean hangInHook(int hook, long ms) {
        if (hook >= HOOKS) {
            return false;
        }
        hangingMs[hook] = ms;
        return true;
    }

    synchronized boolean failsAllocation() {
        return allocations > 0 && allocations-- > 0;
    }

    synchronized boolean failsCopy() {
        return copies > 0 && copies-- > 0;
    }

    /** Takes as long as a copy does. */
    void delayCopy() {
        long end = System.nanoTime() + copyDelayNs();
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private synchronized long copyDelayNs() {
        return ownCopyNs + copyNs;
    }

    /** To be called first in each hook. */
    void enter(int hook) {
        long ms = takeHang(hook);
        if (ms > 0) {
            sleep(ms);
        }
        if (takeThrow(hook)) {
            throw new IllegalStateException("hook " + hook + " throws, as it was told to");
        }
    }

    private synchronized long takeHang(int hook) {
        long ms = hangingMs[hook];
        hangingMs[hook] = 0;
        return ms;
    }

    private synchronized boolean takeThrow(int hook) {
        return throwing[hook] > 0 && throwing[hook]-- > 0;
    }

    private static void sleep(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the hook returns early
        }
    }
}
