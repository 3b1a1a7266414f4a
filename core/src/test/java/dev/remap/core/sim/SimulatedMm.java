// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.sim;

import dev.remap.core.page.Mm;

/** An application's address space in a {@link SimulatedKernel}. */
public final class SimulatedMm implements Mm {
    private final SimulatedKernel kernel;

    public SimulatedMm(SimulatedKernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public long copy(long target, long source, long length, boolean protect, boolean wake) {
        return kernel.copy(target, source, length, protect, wake);
    }

    @Override
    public long map(long start, long length, boolean protect) {
        return kernel.map(start, length, protect);
    }

    @Override
    public long protect(long start, long length) {
        return kernel.protect(start, length);
    }

    @Override
    public long unprotect(long start, long length) {
        return kernel.unprotect(start, length);
    }

    @Override
    public long poison(long start, long length) {
        return kernel.poison(start, length);
    }

    @Override
    public long wake(long start, long length) {
        return kernel.wake(start, length);
    }
}
