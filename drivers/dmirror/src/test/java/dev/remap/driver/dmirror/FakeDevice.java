// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.dmirror;

import dev.remap.driver.BackingFilesOps;
import dev.remap.driver.DescriptorStore;
import dev.remap.driver.Device;
import dev.remap.driver.DeviceCommands;
import dev.remap.driver.Devres;
import dev.remap.driver.TierOps;
import dev.remap.driver.mm.DevicePagemap;
import dev.remap.driver.mm.Frames;
import dev.remap.driver.mm.MigrateReason;
import dev.remap.driver.mm.Pagemap;
import dev.remap.driver.mm.PfnRange;
import dev.remap.linux.FileIo;
import dev.remap.linux.Mmap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A device whose core is a few maps: one region, hooks on a thread of their own, as the contract has it. */
final class FakeDevice implements Device, Devres, Frames, DescriptorStore, Pagemap, AutoCloseable {
    static final long FIRST_PFN = 1 << 20;
    static final int PAGE = 4096;

    final Map<Long, byte[]> frameBytes = new HashMap<>();
    final Map<Long, Location> inUse = new HashMap<>();
    final Map<String, Integer> kept;
    final Deque<Action> actions = new ArrayDeque<>();
    final String options;
    long[] adopted = {};

    @Nullable
    DeviceCommands commands;

    @Nullable
    DevicePagemap pagemap;

    @Nullable
    FakeRegion region;

    int writtenBack;
    private final ExecutorService hooks = Executors.newSingleThreadExecutor();

    FakeDevice(String options, Map<String, Integer> kept) {
        this.options = options;
        this.kept = kept;
    }

    /** Runs a hook as the core does: on another thread, with a second to return. */
    void hook(Runnable call) {
        try {
            hooks.submit(call).get(1, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void free(long pfn) {
        inUse.remove(pfn);
        hook(() -> Objects.requireNonNull(description().pageFree()).pageFree(pfn));
    }

    @Override
    public void close() {
        while (!actions.isEmpty()) {
            run(actions.pop());
        }
        hooks.close();
    }

    private static void run(Action action) {
        try {
            action.run();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String name() {
        return "dmirror0";
    }

    @Override
    public String options() {
        return options;
    }

    @Override
    public Devres devres() {
        return this;
    }

    @Override
    public DescriptorStore descriptors() {
        return this;
    }

    @Override
    public void dependOn(String supplier) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void provideTiers(TierOps ops) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void provideFiles(BackingFilesOps ops) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void provideCommands(DeviceCommands value) {
        commands = value;
    }

    @Override
    public Pagemap memremapPages(DevicePagemap value) {
        pagemap = value;
        return this;
    }

    @Override
    public Frames frames() {
        return this;
    }

    @Override
    public void addActionOrReset(String what, Action action) {
        actions.push(action);
    }

    @Override
    public void removeAction(Action action) {
        actions.remove(action);
    }

    @Override
    public void releaseAction(Action action) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Group openGroup(String what) {
        return new Group() {
            @Override
            public void close() {}

            @Override
            public void release() {
                throw new UnsupportedOperationException(what);
            }

            @Override
            public void remove() {}
        };
    }

    @Override
    public long read(long pfn, long offset, long length, long targetAddress) {
        byte[] bytes = frameBytes.get(pfn);
        if (bytes == null) {
            return -14;
        }
        MemorySegment target = Mmap.segment(targetAddress, length);
        MemorySegment.copy(bytes, (int) offset, target, ValueLayout.JAVA_BYTE, 0, (int) length);
        return 0;
    }

    @Override
    public long write(long pfn, long offset, long length, long sourceAddress) {
        byte[] bytes = frameBytes.get(pfn);
        if (bytes == null) {
            return -14;
        }
        MemorySegment source = Mmap.segment(sourceAddress, length);
        MemorySegment.copy(source, ValueLayout.JAVA_BYTE, 0, bytes, (int) offset, (int) length);
        return 0;
    }

    @Override
    public void keep(String name, int fd) {
        kept.put(name, (int) FileIo.fcntlDup(fd));
    }

    @Override
    public int kept(String name) {
        Integer fd = kept.get(name);
        return fd == null ? -1 : (int) FileIo.fcntlDup(fd);
    }

    @Override
    public List<PfnRange> ranges() {
        return List.of(new PfnRange(FIRST_PFN, description().ranges().getFirst().pages()));
    }

    @Override
    public DevicePagemap description() {
        return Objects.requireNonNull(pagemap);
    }

    @Override
    public boolean isLive() {
        return true;
    }

    @Override
    public long pagesInUse() {
        return inUse.size();
    }

    @Override
    public @Nullable Location location(long pfn) {
        return inUse.get(pfn);
    }

    @Override
    public long[] adopted() {
        return adopted;
    }

    @Override
    public Map<MigrateReason, Long> evict(long firstPfn, long count, long timeoutNs) {
        FakeRegion evicted = Objects.requireNonNull(region);
        long moved = 0;
        for (Map.Entry<Long, Location> used : Map.copyOf(inUse).entrySet()) {
            if (used.getKey() >= firstPfn && used.getKey() < firstPfn + count) {
                evicted.bringBack((int) used.getValue().page());
                moved++;
            }
        }
        return Map.of(MigrateReason.MIGRATED, moved);
    }

    @Override
    public long memoryFailure(PfnRange range) {
        boolean safe = Objects.requireNonNull(description().memoryFailure()).memoryFailure(range);
        return safe ? 0 : range.pages();
    }

    @Override
    public boolean writeBack(long firstPfn, long count) {
        writtenBack += (int) count;
        return true;
    }
}
