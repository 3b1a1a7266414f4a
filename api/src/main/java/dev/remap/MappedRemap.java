// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Remap over plain mappings, without a manager: {@link Fallback#MMAP}, which says what is weaker. Works with every size of base pages and
 * any kernel since Linux 4.11. {@link RemapOpening#MODE_PROPERTY} forces it.
 */
final class MappedRemap implements Remap {
    private static final String OWN_MEMORY = "/proc/self/mem";
    private static final int NONE = -1;

    private final Path spillDirectory;
    private final SpillFiles spill;
    private final PinQuota pinQuota;
    private final MappedRanges ranges = new MappedRanges();
    private final MappedFiles files = new MappedFiles(this);
    private final CommandThreads threads = new CommandThreads();
    private final BounceBuffers buffers = new BounceBuffers();
    private int ownMemory = NONE;

    private MappedRemap(RemapConfig config) {
        spillDirectory = config.spillDirectory().toAbsolutePath();
        spill = new SpillFiles(config.spillMaxBytes());
        pinQuota = new PinQuota(DefaultBudget.of(config).bytes());
    }

    static MappedRemap open(RemapConfig config) throws RemapException {
        String problem = HostSupport.nativeProblem();
        if (problem != null) {
            throw new RemapException(
                    RemapException.Category.UNSUPPORTED, "Remap cannot work in this JVM: " + problem, "");
        }
        return new MappedRemap(config);
    }

    Path spillDirectory() {
        return spillDirectory;
    }

    SpillFiles spill() {
        return spill;
    }

    PinQuota pinQuota() {
        return pinQuota;
    }

    MappedRanges ranges() {
        return ranges;
    }

    CommandThreads threads() {
        return threads;
    }

    BounceBuffers buffers() {
        return buffers;
    }

    /** This process's memory as a file: reading and writing it answers errors where touches would be bus errors. */
    synchronized int ownMemory() {
        return ownMemory;
    }

    private synchronized void openOwnMemory() throws RemapException {
        ranges.checkOpen();
        if (ownMemory != NONE) {
            return;
        }
        long fd = FileIo.open(OWN_MEMORY, FileIo.O_RDWR | FileIo.O_CLOEXEC, 0);
        if (fd < 0) {
            throw new RemapException(
                    RemapException.Category.UNSUPPORTED,
                    "a file opened PRIVATE, without " + OWN_MEMORY + ": " + Errno.name(fd),
                    "Mount /proc, or open the file READ_ONLY.");
        }
        ownMemory = (int) fd;
    }

    @Override
    public Region create(String name, RegionSpec spec) throws RemapException {
        RegionChecks.name(name);
        RegionChecks.spec(spec);
        if (spec.survives() != Survives.NOTHING) {
            throw keepsNothing();
        }
        ranges.reserve(name);
        boolean created = false;
        try {
            Region region = createReserved(name, spec.size());
            created = true;
            return region;
        } finally {
            if (!created) {
                ranges.forget(name);
            }
        }
    }

    @Override
    public Region open(String name, String schema) throws RemapException {
        throw keepsNothing();
    }

    @Override
    public void remove(String name) throws RemapException {
        throw keepsNothing();
    }

    private static RemapException keepsNothing() {
        return new RemapException(
                RemapException.Category.UNSUPPORTED,
                "plain mappings (Fallback.MMAP) end with this process",
                "Use Remap.connect with the socket of `remap serve`.");
    }

    @Override
    public Device bind(String name, String driver, String options) throws RemapException {
        throw hasNoDevices();
    }

    @Override
    public List<DeviceInfo> devices() {
        return List.of();
    }

    static RemapException hasNoDevices() {
        return new RemapException(
                RemapException.Category.UNSUPPORTED,
                "plain mappings (Fallback.MMAP) have no devices: they need a manager",
                "Run `remap doctor` to see what keeps this host from one.");
    }

    @Override
    public long setDramBudget(long bytes, Duration timeout) throws RemapException {
        throw new RemapException(
                RemapException.Category.UNSUPPORTED,
                "plain mappings (Fallback.MMAP) have no DRAM budget: the kernel decides what stays in memory",
                "Limit the cgroup (memory.high).");
    }

    private Region createReserved(String name, long size) throws RemapException {
        spill.take(size);
        boolean mapped = false;
        try {
            MappedRegion region = MappedRegion.create(this, name, size);
            mapped = true;
            ranges.add(region);
            return region;
        } finally {
            if (!mapped) {
                spill.give(size);
            }
        }
    }

    @Override
    public FileRegion openFile(Path file, MapMode mode, FileSpec spec) throws RemapException {
        ranges.checkOpen();
        if (MapMode.PRIVATE.equals(mode)) {
            openOwnMemory();
        }
        return files.open(file, mode, spec);
    }

    @Override
    public MemorySegment map(Path file, MapMode mode, long offset, long size, Arena arena) throws RemapException {
        ranges.checkOpen();
        return MappedFiles.map(file, mode, offset, size, arena);
    }

    @Override
    public Optional<Range> rangeOf(MemorySegment slice) {
        return ranges.rangeOf(slice);
    }

    @Override
    public List<Region> regions() {
        return List.copyOf(ranges.all());
    }

    @Override
    public List<SlowTouch> slowTouches() {
        return List.of();
    }

    @Override
    public RemapStats stats() {
        Map<FaultKind, FaultStats> faults = new EnumMap<>(FaultKind.class);
        for (FaultKind kind : FaultKind.values()) {
            faults.put(kind, new FaultStats(0, 0, 0, 0));
        }
        String origin = "none: the kernel decides what stays in memory (Fallback.MMAP)";
        return new RemapStats(ServiceMode.MMAP, 0, origin, 0, 0, 0, 0, 0, faults, 0, 0, 0, 0, 0, 0, 0, 0, "");
    }

    /** {@inheritDoc} Waits for calls under way. */
    @Override
    public void close() {
        ranges.all().forEach(MappedRange::refusePins);
        for (MappedRange range : ranges.shut()) {
            range.close();
        }
        threads.close();
        closeOwnMemory();
    }

    private synchronized void closeOwnMemory() {
        if (ownMemory != NONE) {
            FileIo.close(ownMemory);
            ownMemory = NONE;
        }
    }
}
