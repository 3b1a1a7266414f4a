// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.memremap;

import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.SparseArray;
import dev.remap.driver.mm.PfnRange;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a manager leaves of a pagemap: where its frames are, and their descriptors.
 *
 * @param descriptors the memfd, which stays the caller's
 */
public record KeptPagemap(List<PfnRange> ranges, boolean survives, int descriptors) {
    private static final int LONGS_A_RANGE = 2;
    private static final int DESCRIPTOR_LONGS = 2;

    /** Copies the list. */
    public KeptPagemap {
        ranges = List.copyOf(ranges);
    }

    /** What {@link #toBytes} made bytes of. */
    public static KeptPagemap of(byte[] bytes, int descriptors) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        boolean survives = in.get() != 0;
        List<PfnRange> ranges = new ArrayList<>();
        while (in.remaining() >= LONGS_A_RANGE * Long.BYTES) {
            ranges.add(new PfnRange(in.getLong(), in.getLong()));
        }
        return new KeptPagemap(ranges, survives, descriptors);
    }

    static byte[] toBytes(RegisteredPagemap pagemap) {
        ByteBuffer out = ByteBuffer.allocate(1 + pagemap.ranges().size() * LONGS_A_RANGE * Long.BYTES);
        out.put((byte) (pagemap.description().survivesManager() ? 1 : 0));
        pagemap.ranges().forEach(range -> out.putLong(range.first()).putLong(range.pages()));
        return out.array();
    }

    /** The same ranges for a pagemap that asks for as many pages; words name these frames. */
    List<PfnRange> ranges(List<PfnRange> asked) throws IOException {
        List<Long> before = ranges.stream().map(PfnRange::pages).toList();
        List<Long> now = asked.stream().map(PfnRange::pages).toList();
        if (!before.equals(now)) {
            throw new IOException("after a takeover the driver registers ranges of " + now + " pages, where there were "
                    + before + " before");
        }
        return ranges;
    }

    int duplicateDescriptors() throws IOException {
        long own = FileIo.fcntlDup(descriptors);
        if (own < 0) {
            throw new IOException("dup of a memmap: " + Errno.name(own));
        }
        return (int) own;
    }

    /** A frame and the copy below that its page has. */
    interface Shadow {
        void accept(long pfn, long copy);
    }

    void forEachShadow(Shadow action) throws IOException {
        long pages = ranges.stream().mapToLong(PfnRange::pages).sum();
        try (SparseArray array =
                new SparseArray(SparseArray.pages(pages * DESCRIPTOR_LONGS * Long.BYTES), duplicateDescriptors())) {
            long before = 0;
            for (PfnRange range : ranges) {
                long end = before + range.pages();
                for (long at = nextUsed(array, before); at < end; at = nextUsed(array, at + 1)) {
                    long copy = array.getLong(at * DESCRIPTOR_LONGS + 1);
                    if (copy != 0) {
                        action.accept(range.first() + at - before, copy);
                    }
                }
                before = end;
            }
        }
    }

    /** Skips holes of the sparse file without reading them. */
    private static long nextUsed(SparseArray array, long index) {
        long bytes = index * DESCRIPTOR_LONGS * Long.BYTES;
        if (index > 0 && bytes % PagedRegion.PAGE_SIZE != 0) {
            return index;
        }
        long at = FileIo.lseek(array.fd(), bytes, FileIo.SEEK_DATA);
        return at < 0 ? Long.MAX_VALUE : Math.max(index, at / (DESCRIPTOR_LONGS * Long.BYTES));
    }
}
