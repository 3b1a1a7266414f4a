// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.sim;

import dev.remap.core.page.Mm;
import dev.remap.linux.Errno;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The kernel on a bad day: calls that fill stop short, answer EAGAIN or ENOMEM without having done anything, or EEXIST because of a page
 * that somebody left in the file. What was reported as done was done, and wake-ups are never lost: the kernel does not lie.
 */
public final class AdversarialMm implements Mm {
    private static final int PERCENT = 8;

    private static final byte[] JUNK = new byte[SimulatedKernel.PAGE];

    static {
        Arrays.fill(JUNK, (byte) 0x5A);
    }

    private final SimulatedKernel kernel;
    private final Mm mm;
    private final SplittableRandom random;
    private long lastTarget;

    public AdversarialMm(SimulatedKernel kernel, SplittableRandom random) {
        this.kernel = kernel;
        this.mm = new SimulatedMm(kernel);
        this.random = random;
    }

    @Override
    public long copy(long target, long source, long length, boolean protect, boolean wake) {
        boolean retry = target == lastTarget;
        lastTarget = target;
        if (!retry && unlucky()) {
            kernel.writeFile((target - kernel.base()) / SimulatedKernel.PAGE, JUNK);
        } else if (unlucky()) {
            return random.nextBoolean() ? -Errno.EAGAIN : -Errno.ENOMEM;
        }
        return mm.copy(target, source, shortened(length), protect, wake);
    }

    @Override
    public long map(long start, long length, boolean protect) {
        if (unlucky()) {
            return -Errno.EAGAIN;
        }
        return mm.map(start, shortened(length), protect);
    }

    @Override
    public long protect(long start, long length) {
        return unlucky() ? -Errno.EAGAIN : mm.protect(start, length);
    }

    @Override
    public long unprotect(long start, long length) {
        return unlucky() ? -Errno.EAGAIN : mm.unprotect(start, length);
    }

    @Override
    public long poison(long start, long length) {
        return mm.poison(start, length);
    }

    @Override
    public long wake(long start, long length) {
        return mm.wake(start, length);
    }

    private boolean unlucky() {
        return random.nextInt(100) < PERCENT;
    }

    private long shortened(long length) {
        long pages = length / SimulatedKernel.PAGE;
        return (unlucky() ? 1 + random.nextLong(pages) : pages) * SimulatedKernel.PAGE;
    }
}
