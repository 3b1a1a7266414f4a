// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import dev.remap.driver.PageBatch;
import dev.remap.driver.Tier;
import dev.remap.driver.TierContext;
import dev.remap.driver.TierUsage;
import dev.remap.linux.Errno;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One region's slots on disk. A batch is put in order of pages, copied to a buffer with its checksums, and written run by run, up to 32
 * writes under way; so neighbours in the region become neighbours on disk, and one read fetches them later.
 *
 * <p>A disk that is full refuses pages; those slots are given back, and for a second only slots that occupy disk already are used.
 */
final class FileTier implements Tier, IoPipe.Completion {
    /** Pages copied, written and awaited at a time. */
    private static final int WINDOW = 256;

    private static final int LONGEST_WRITE = 64;

    private static final long FULL_DISK_PAUSE_NS = 1_000_000_000;

    /** Punching shorter runs costs more in extents than it gives back. */
    private static final int WORTH_A_PUNCH = 16;

    /** A punch keeps fetches from the file waiting. */
    private static final int LONGEST_PUNCH = 2048;

    private static final System.Logger LOG = System.getLogger(FileTier.class.getName());

    private final String regionName;
    private final SpillFile file;
    private final SlotAllocator slots;
    private final SlotChecksums checksums;
    private final @Nullable SpillCipher keys;
    private final @Nullable PageCipher cipher;
    private final IoKind io;
    private final IoPipe pipe;
    private final PageChecksum window = new PageChecksum(WINDOW);
    private final SortedEntries entries = new SortedEntries();
    private final List<FileFetcher> fetchers = new ArrayList<>();

    /** Where in the window the pages of a write begin, and how many they are. */
    private final int[] writeStart = new int[IoPipe.DEPTH];

    private final int[] writeLength = new int[IoPipe.DEPTH];

    /** The slot of each page of the window, or why it has none. */
    private final long[] outcomes = new long[WINDOW];

    /** Written by the storing thread only; opaque, since others may look. */
    private final AtomicLong taken = new AtomicLong();

    private final AtomicLong refused = new AtomicLong();
    private boolean growthPaused;
    private long pausedAtNs;
    private boolean complained;
    private long punchCursor;
    /** Whether writes of a dead manager may be under way. */
    private boolean mayBeOvertaken;

    private boolean closed;

    private FileTier(TierContext context, SpillFile file, FileOptions options) throws IOException {
        regionName = context.regionName();
        this.file = file;
        checksums = SlotChecksums.open(file.slots(), context.descriptors());
        try {
            keys = options.encrypt() ? SpillCipher.open(file.slots(), context.descriptors()) : null;
        } catch (IOException e) {
            checksums.close();
            throw e;
        }
        cipher = PageCipher.of(keys);
        try {
            slots = new SlotAllocator(context.spill(), file.slots(), options.maxPages());
        } catch (IOException e) {
            checksums.close();
            if (keys != null) {
                keys.close();
            }
            throw e;
        }
        io = options.io();
        pipe = new IoPipe(io.open(IoPipe.DEPTH), this);
    }

    static FileTier open(TierContext context, FileOptions options) throws IOException {
        SpillFile file = SpillFile.open(context, options.direct());
        try {
            return new FileTier(context, file, options);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public long store(long page, long sourceAddress) {
        long outcome = storeOne(page, sourceAddress);
        if (outcome < 0) {
            count(refused, 1);
        }
        publishTaken();
        return outcome;
    }

    @Override
    public void storeAll(PageBatch batch) {
        for (int from = 0; from < batch.size(); from += WINDOW) {
            storeWindow(batch, from, Math.min(WINDOW, batch.size() - from));
        }
        publishTaken();
    }

    private void storeWindow(PageBatch batch, int from, int size) {
        entries.clear();
        for (int i = 0; i < size; i++) {
            entries.add(batch.page(from + i), i);
        }
        entries.sort();
        allowGrowth();
        int written = 0;
        while (written < size && tryTake(Math.min(size - written, LONGEST_WRITE))) {
            written += beginWrite(batch, from, written);
        }
        pipe.drain();
        for (int i = 0; i < size; i++) {
            int entry = from + entries.index(i);
            long outcome = i < written ? outcomes[i] : NO_CAPACITY;
            if (outcome == NO_CAPACITY && i < written) {
                outcome = storeOne(batch.page(entry), batch.address(entry)); // a warm slot may do
            }
            batch.result(entry, outcome);
            count(refused, outcome < 0 ? 1 : 0);
        }
    }

    /** Copies the next pages of the window for the run just taken, and has them written; how many they are. */
    private int beginWrite(PageBatch batch, int from, int start) {
        long slot = slots.runStart();
        int length = slots.runLength();
        for (int i = 0; i < length; i++) {
            int entry = from + entries.index(start + i);
            take(start + i, batch.page(entry), slot + i, batch.address(entry));
            outcomes[start + i] = slot + i;
        }
        int request = pipe.begin();
        writeStart[request] = start;
        writeLength[request] = length;
        pipe.range(request, window.address(start), (long) length * RawMemory.PAGE_BYTES);
        pipe.write(request, file.fd(), slot << RawMemory.PAGE_SHIFT);
        return length;
    }

    @Override
    public void completed(int request, long result) {
        int start = writeStart[request];
        int length = writeLength[request];
        if (result == (long) length * RawMemory.PAGE_BYTES) {
            return;
        }
        for (int i = start; i < start + length; i++) {
            outcomes[i] = write(i, outcomes[i]);
        }
    }

    private long storeOne(long page, long sourceAddress) {
        allowGrowth();
        if (!tryTake(1)) {
            return NO_CAPACITY;
        }
        long slot = slots.runStart();
        take(0, page, slot, sourceAddress);
        return write(0, slot);
    }

    /** Copies a page to the window as it is to be written to a slot. */
    private void take(int index, long page, long slot, long sourceAddress) {
        checksums.put(slot, window.take(index, page, sourceAddress));
        if (cipher != null) {
            cipher.seal(page, slot, window.address(index));
        }
    }

    /** Writes a page of the window to its slot: the slot, or why the page has none; then the slot is given back. */
    private long write(int index, long slot) {
        long result =
                PageIo.write(file.fd(), window.address(index), RawMemory.PAGE_BYTES, slot << RawMemory.PAGE_SHIFT);
        if (result >= 0) {
            return slot;
        }
        boolean full = PageIo.isFull(result);
        if (full) {
            pauseGrowth();
        }
        complain(result);
        giveBack(slot);
        return full ? NO_CAPACITY : IO_ERROR;
    }

    private void pauseGrowth() {
        growthPaused = true;
        pausedAtNs = System.nanoTime();
        slots.growing(false);
    }

    private void allowGrowth() {
        if (growthPaused && System.nanoTime() - pausedAtNs > FULL_DISK_PAUSE_NS) {
            resumeGrowth();
        }
    }

    private void resumeGrowth() {
        growthPaused = false;
        slots.growing(true);
    }

    private void complain(long result) {
        if (!complained) {
            complained = true;
            LOG.log(
                    Level.WARNING,
                    "write to the file of region {0} failed: {1}; such pages stay where they are. Further failures of this file are not"
                            + " logged",
                    regionName,
                    Errno.name(result));
        }
    }

    @Override
    public void free(long location) {
        slots.free(location);
        publishTaken();
    }

    @Override
    public boolean adopt(long page, long location) {
        return file.isAdopted() && (keys == null || keys.isInherited()) && slots.adopt(location);
    }

    @Override
    public void adopted() {
        slots.adopted();
        mayBeOvertaken = true;
        publishTaken();
    }

    /**
     * {@link SlotAllocator#tryTake}, of slots that nobody else writes to. A direct write that a dead manager had under way in its io_uring
     * may outlive its process by a moment, and would overtake what is written to the same slot now. To punch a hole the kernel waits for
     * all direct I/O on the file: {@code inode_dio_wait} in ext4 and XFS. Before the first store, and not in the takeover, for which
     * touches wait.
     */
    private boolean tryTake(int wanted) {
        if (mayBeOvertaken && slots.tryTake(1)) {
            giveBack(slots.runStart());
            mayBeOvertaken = false;
        }
        return !mayBeOvertaken && slots.tryTake(wanted);
    }

    /** Gives a slot back, and its disk. */
    private void giveBack(long slot) {
        slots.free(slot);
        if (file.punch(slot, 1) >= 0) {
            slots.punched(slot, 1);
        }
    }

    @Override
    public Fetcher newFetcher() {
        FileFetcher fetcher = new FileFetcher(file.fd(), checksums, PageCipher.of(keys), io.open(IoPipe.DEPTH));
        synchronized (fetchers) {
            fetchers.add(fetcher);
        }
        return fetcher;
    }

    /**
     * Punches runs of free slots: of 16 or more, and all once free ones are a quarter as many as the others. Moves nothing. Goes on where
     * the last call ended.
     */
    @Override
    public long compact(long budgetNs) {
        long startNs = System.nanoTime();
        file.dropCached();
        int least = slots.warm() > slots.taken() / 4 ? 1 : WORTH_A_PUNCH;
        long punched = 0;
        long seen = 0;
        long warm = slots.warm();
        while (seen < warm && System.nanoTime() - startNs < budgetNs) {
            long start = slots.nextWarmRun(punchCursor, LONGEST_PUNCH);
            int length = slots.runLength();
            if (start < 0) {
                if (punchCursor == 0) {
                    break;
                }
                punchCursor = 0;
                continue;
            }
            seen += length;
            punchCursor = start + length;
            if (length >= least && file.punch(start, length) >= 0) {
                slots.punched(start, length);
                punched += length;
            }
        }
        if (punched > 0) {
            resumeGrowth();
        }
        return punched * RawMemory.PAGE_BYTES;
    }

    @Override
    public TierUsage usage() {
        long pages = taken.getOpaque();
        return new TierUsage(
                pages, pages * RawMemory.PAGE_BYTES, slots.charged() * RawMemory.PAGE_BYTES, refused.getOpaque(), 0);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        synchronized (fetchers) {
            fetchers.forEach(FileFetcher::close);
        }
        pipe.close();
        file.close();
        slots.close();
        checksums.close();
        if (keys != null) {
            keys.close();
        }
        taken.setOpaque(0);
    }

    /** The file, for tests that look at it from outside. */
    int fd() {
        return file.fd();
    }

    boolean isDirect() {
        return file.isDirect();
    }

    private void publishTaken() {
        taken.setOpaque(slots.taken());
    }

    private static void count(AtomicLong figure, long more) {
        figure.setOpaque(figure.getPlain() + more);
    }
}
