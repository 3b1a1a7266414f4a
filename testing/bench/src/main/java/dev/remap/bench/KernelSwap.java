// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Swap on zram and a memory cgroup, for one turn of the kernel's side. Nothing is left of it however that ends, short of SIGKILL. */
final class KernelSwap implements AutoCloseable {
    private final Thread hook = new Thread(this::removeAtExit, "removes-swap");
    private @Nullable MemoryCgroup cgroup;
    private @Nullable ZramSwap swap;
    private boolean removed;

    private KernelSwap() {}

    /** With room for {@code regionBytes} in the swap, twice over, and {@code mappedBytes} in the group. */
    static KernelSwap open(long regionBytes, long mappedBytes)
            throws MemoryCgroup.Unavailable, ZramSwap.Unavailable, IOException, InterruptedException {
        KernelSwap kernel = new KernelSwap();
        Runtime.getRuntime().addShutdownHook(kernel.hook); // first: refused once the process is ending
        try {
            kernel.make(regionBytes, mappedBytes);
            return kernel;
        } catch (MemoryCgroup.Unavailable | ZramSwap.Unavailable | IOException | InterruptedException e) {
            kernel.close();
            throw e;
        }
    }

    private synchronized void make(long regionBytes, long mappedBytes)
            throws MemoryCgroup.Unavailable, ZramSwap.Unavailable, IOException, InterruptedException {
        if (removed) {
            throw new IOException("the process is ending");
        }
        cgroup = MemoryCgroup.create(mappedBytes);
        swap = ZramSwap.open(2 * regionBytes);
    }

    synchronized MemoryCgroup cgroup() {
        if (cgroup == null) {
            throw new IllegalStateException("removed");
        }
        return cgroup;
    }

    synchronized ZramSwap swap() {
        if (swap == null) {
            throw new IllegalStateException("removed");
        }
        return swap;
    }

    @Override
    public void close() throws IOException {
        remove();
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    private void removeAtExit() {
        try {
            remove();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A process that still swaps would make this slow, so it goes first, and its group, which is busy until it has gone. */
    private synchronized void remove() throws IOException {
        removed = true;
        MemoryCgroup group = cgroup;
        ZramSwap device = swap;
        cgroup = null;
        swap = null;
        try {
            if (group != null) {
                group.endProcesses();
                group.close();
            }
        } finally {
            if (device != null) {
                device.close();
            }
        }
    }
}
