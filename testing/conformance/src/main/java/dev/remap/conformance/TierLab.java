// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

import dev.remap.driver.DescriptorStore;
import dev.remap.driver.PageAccount;
import dev.remap.driver.Tier;
import dev.remap.driver.TierContext;
import dev.remap.driver.TierOps;
import dev.remap.linux.FileIo;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What one test of a tier works with, in this process: budgets that count, descriptors that are kept, pages. */
final class TierLab implements AutoCloseable {
    static final long REGION_PAGES = 1 << 14;
    static final long PLENTY = 1 << 18;

    final TierOps ops;
    final Budget budget = new Budget(PLENTY);
    final Map<String, Integer> kept = new HashMap<>();
    private final Arena arena = Arena.ofShared();
    private final Path spill;

    TierLab(TierOps ops) throws IOException {
        this.ops = ops;
        spill = Files.createTempDirectory("remap-conformance");
    }

    /** One budget for DRAM and disk: a tier charges the one that it uses. */
    static final class Budget implements PageAccount {
        private final AtomicLong charged = new AtomicLong();
        private volatile long limit;

        Budget(long limit) {
            this.limit = limit;
        }

        void limit(long pages) {
            limit = pages;
        }

        long charged() {
            return charged.get();
        }

        @Override
        public boolean tryCharge(long pages) {
            long now = charged.get();
            while (now + pages <= limit) {
                if (charged.compareAndSet(now, now + pages)) {
                    return true;
                }
                now = charged.get();
            }
            return false;
        }

        @Override
        public void chargeAdopted(long pages) {
            charged.addAndGet(pages);
        }

        @Override
        public void uncharge(long pages) {
            Failure.holds("more is uncharged than was charged", charged.addAndGet(-pages) >= 0);
        }
    }

    /** Opens the tier as after a takeover: with what was kept, if anything was. */
    Tier open() throws IOException {
        return ops.openTier(new TierContext(
                "conformance",
                REGION_PAGES,
                "",
                budget,
                (page, from, to) -> false,
                spill,
                budget,
                new DescriptorStore() {
                    @Override
                    public void keep(String name, int fd) {
                        kept.put(name, (int) FileIo.fcntlDup(fd));
                    }

                    @Override
                    public int kept(String name) {
                        Integer fd = kept.get(name);
                        return fd == null ? -1 : (int) FileIo.fcntlDup(fd);
                    }
                }));
    }

    /** Memory for so many pages, aligned to pages. */
    MemorySegment pages(int count) {
        return arena.allocate((long) count * Content.PAGE, Content.PAGE);
    }

    /** Makes 4096 bytes that compress, and differ by number. */
    static void text(MemorySegment memory, int at, long number) {
        String line = "page " + number + " of a region, and " + number * 31 + " of another; ";
        byte[] words = line.repeat(Content.PAGE / line.length() + 1).getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(words, 0, memory, ValueLayout.JAVA_BYTE, (long) at * Content.PAGE, Content.PAGE);
    }

    /** Whether a page holds what {@link #text} made. */
    boolean isText(MemorySegment memory, int at, long number) {
        MemorySegment expected = MemorySegment.ofArray(new byte[Content.PAGE]);
        text(expected, 0, number);
        return memory.asSlice((long) at * Content.PAGE, Content.PAGE).mismatch(expected) < 0;
    }

    /** Flips a bit in every 32 bytes of what is kept. */
    void damage() {
        MemorySegment page = pages(1);
        for (int fd : kept.values()) {
            long at = FileIo.lseek(fd, 0, FileIo.SEEK_DATA);
            while (at >= 0) {
                damagePage(fd, at / Content.PAGE * Content.PAGE, page);
                at = FileIo.lseek(fd, (at / Content.PAGE + 1) * Content.PAGE, FileIo.SEEK_DATA);
            }
        }
    }

    private static void damagePage(int fd, long offset, MemorySegment page) {
        long read = FileIo.pread(fd, page.address(), Content.PAGE, offset);
        for (long i = 7; i < read; i += 32) {
            page.set(ValueLayout.JAVA_BYTE, i, (byte) (page.get(ValueLayout.JAVA_BYTE, i) ^ 0x10));
        }
        Failure.holds("damage is done", read > 0 && FileIo.pwrite(fd, page.address(), read, offset) == read);
    }

    @Override
    public void close() throws IOException {
        kept.values().forEach(FileIo::close);
        arena.close();
        try (var files = Files.list(spill)) {
            for (Path left : files.toList()) {
                Files.delete(left);
            }
        }
        Files.delete(spill);
    }
}
