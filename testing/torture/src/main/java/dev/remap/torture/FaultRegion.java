// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.remap.FileSpec;
import dev.remap.PageFailure;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapException;
import dev.remap.RemapException.Category;
import dev.remap.Repair;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A region beside its model, and what must be true of it once nothing fails any more. */
final class FaultRegion implements AutoCloseable {
    private static final int PAGE = TortureConfig.PAGE;
    private static final Duration MAX_STALL = Duration.ofSeconds(3);
    private static final int REPAIRS = 50;

    final Region region;
    final CellModel model;
    private final FaultSetting setting;
    private final FaultCounts counts;
    private final @Nullable FileChannel file;
    private final long[] longs = new long[CellModel.LONGS];
    private long lostPages;

    private FaultRegion(
            Region region, CellModel model, FaultSetting setting, FaultCounts counts, @Nullable FileChannel file) {
        this.region = region;
        this.model = model;
        this.setting = setting;
        this.counts = counts;
        this.file = file;
    }

    static FaultRegion open(Remap remap, FaultSetting setting, int pages, int threads, FaultCounts counts)
            throws IOException {
        CellModel model = new CellModel(threads, pages, setting.fileMode() != FileMode.NONE);
        String[] tiers = setting.tiers().toArray(String[]::new);
        if (setting.fileMode() == FileMode.NONE) {
            RegionSpec spec =
                    RegionSpec.ofSize((long) pages * PAGE).tiers(tiers).maxStall(MAX_STALL);
            return new FaultRegion(remap.create("faults", spec), model, setting, counts, null);
        }
        Path path = Files.createTempFile("remap-faults-", ".dat");
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            fill(file, model);
            FileSpec spec = FileSpec.defaults().privateTiers(tiers).maxStall(MAX_STALL);
            Region region = remap.openFile(path, setting.fileMode().mapMode(), spec);
            return new FaultRegion(region, model, setting, counts, file);
        } finally {
            Files.delete(path);
        }
    }

    private static void fill(FileChannel file, CellModel model) throws IOException {
        long[] content = new long[CellModel.LONGS];
        MemorySegment page = MemorySegment.ofArray(new byte[PAGE]);
        for (int cell = 0; cell < model.cells(); cell++) {
            model.content(cell, CellModel.FIRST, content);
            int at = cell % CellModel.CELLS_A_PAGE * CellModel.CELL;
            for (int i = 0; i < CellModel.LONGS; i++) {
                page.set(JAVA_LONG_UNALIGNED, at + (long) i * Long.BYTES, content[i]);
            }
            if (at == PAGE - CellModel.CELL) {
                file.write(page.asByteBuffer(), (long) cell * CellModel.CELL + CellModel.CELL - PAGE);
            }
        }
    }

    /**
     * With nothing failing: every page comes back by a retry but those whose stored bits are wrong, and every byte is right.
     *
     * @param wrongBits how many wrong bits were written to disks, at most
     */
    void recover(long wrongBits) throws IOException {
        repairAll();
        readAll();
        repairAll();
        List<PageFailure> left = region.failures();
        for (PageFailure failure : left) {
            require(
                    failure.category() == Category.CORRUPT && failure.tier().endsWith("file") && setting.checksums(),
                    "still failed with nothing failing any more: " + failure);
        }
        lostPages += left.size();
        require(
                lostPages <= wrongBits,
                lostPages + " pages are corrupt for good, but only " + wrongBits + " were made so");
        for (PageFailure failure : left) {
            acceptLoss(failure);
        }
        require(region.failures().isEmpty(), "failures are left after their loss was accepted");
        checkTouches();
        region.verify(0, region.size());
        if (setting.fileMode() == FileMode.READ_WRITE) {
            region.force(0, region.size());
            checkFile();
        }
    }

    private void repairAll() throws IOException {
        int before = Integer.MAX_VALUE;
        for (int attempt = 0; attempt < REPAIRS; attempt++) {
            int left = region.failures().size();
            if (left == 0 || left == before) {
                return;
            }
            counts.add("pages repaired", region.repair(0, region.size(), Repair.RETRY));
            before = left;
        }
    }

    private void acceptLoss(PageFailure failure) throws IOException {
        counts.add("pages lost to wrong bits", 1);
        require(
                region.repair(failure.offset(), PAGE, Repair.ACCEPT_LOSS) == 1,
                "a loss cannot be accepted: " + failure);
        int first = (int) (failure.offset() / CellModel.CELL);
        for (int i = 0; i < CellModel.CELLS_A_PAGE; i++) {
            model.certain(first + i, CellModel.ZEROS);
        }
    }

    /** Without touching; what cannot be had must be corrupt, and is a failure from then on or was found by the read alone. */
    private void readAll() throws IOException {
        MemorySegment page = MemorySegment.ofArray(new long[PAGE / Long.BYTES]);
        for (long offset = 0; offset < region.size(); offset += PAGE) {
            try {
                region.read(offset, page);
                check("read", offset, page);
            } catch (RemapException e) {
                require(e.category() == Category.CORRUPT, "read of page " + offset / PAGE + ": " + e);
                failByLoad(offset);
            }
        }
    }

    /** So that it is in the list. */
    private void failByLoad(long offset) {
        try {
            region.load(offset, PAGE, Duration.ofSeconds(10));
        } catch (RemapException e) {
            require(e.category() == Category.CORRUPT, "load of page " + offset / PAGE + ": " + e);
        }
    }

    private void checkTouches() {
        MemorySegment page = MemorySegment.ofArray(new long[PAGE / Long.BYTES]);
        for (long offset = 0; offset < region.size(); offset += PAGE) {
            MemorySegment.copy(region.segment(), offset, page, 0, PAGE);
            check("touch", offset, page);
        }
    }

    private void checkFile() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(PAGE);
        MemorySegment page = MemorySegment.ofArray(new long[PAGE / Long.BYTES]);
        for (long offset = 0; file != null && offset < region.size(); offset += PAGE) {
            bytes.clear();
            file.read(bytes, offset);
            MemorySegment.copy(MemorySegment.ofArray(bytes.array()), 0, page, 0, PAGE);
            check("file", offset, page);
        }
    }

    private void check(String how, long offset, MemorySegment page) {
        int first = (int) (offset / CellModel.CELL);
        for (int i = 0; i < CellModel.CELLS_A_PAGE; i++) {
            MemorySegment.copy(page, JAVA_LONG, (long) i * CellModel.CELL, longs, 0, CellModel.LONGS);
            if (!model.accepts(first + i, longs)) {
                throw new TortureFailure("with nothing failing any more, by " + how + ": "
                        + model.describe(first + i, longs) + "; "
                        + PageState.describe(region, (long) (first + i) * CellModel.CELL, 0));
            }
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new TortureFailure(otherwise);
        }
    }

    @Override
    public void close() throws IOException {
        region.close();
        if (file != null) {
            file.close();
        }
    }
}
