// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import dev.remap.torture.StripeMap.Stripe;
import java.lang.foreign.MemorySegment;

/** Reads that leave the region's pages where they are. */
final class RegionRead {
    private static final int MOST_SCATTERED = 96;

    private RegionRead() {}

    /** Pages of which only the own stripes are certain. */
    static void single(Lane lane) throws Exception {
        Stripe pages = lane.pickPages();
        int skipped = lane.random.nextInt(64);
        lane.model.locks.shared(pages.offset(), pages.length(), () -> {
            lane.region.read(pages.offset() + skipped, lane.scratch.asSlice(skipped, pages.length() - skipped));
            lane.model.stripes.forEachOwned(
                    lane.thread,
                    pages.offset() + skipped,
                    pages.end(),
                    (offset, length) -> lane.expectSame(
                            "read", offset, lane.scratch.asSlice(offset - pages.offset(), length), length));
        });
    }

    /** Parts of own stripes anywhere in the region, on the heap or not. */
    static void scattered(Lane lane) throws Exception {
        long[] offsets = new long[1 + lane.random.nextInt(MOST_SCATTERED)];
        int each = Integer.MAX_VALUE;
        for (int i = 0; i < offsets.length; i++) {
            Stripe stripe = lane.pickStripe();
            offsets[i] = stripe.offset();
            each = Math.min(each, stripe.length());
        }
        int length = each;
        boolean onHeap = lane.random.nextBoolean();
        MemorySegment target = onHeap ? MemorySegment.ofArray(lane.heap) : lane.scratch;
        lane.model.locks.sharedAll(offsets, length, () -> {
            lane.region.read(offsets, offsets.length, length, target);
            for (int i = 0; i < offsets.length; i++) {
                MemorySegment got = target.asSlice((long) i * length, length);
                lane.expectSame("scattered read, entry " + i, offsets[i], got, length);
            }
        });
    }

    /** What has been forced is in the file, whatever other threads write to the same pages. */
    static void force(Lane lane) throws Exception {
        Stripe pages = lane.pickPages();
        TestFile file = lane.model.file;
        lane.model.locks.shared(pages.offset(), pages.length(), () -> {
            lane.region.force(pages.offset(), pages.length());
            if (file != null && lane.config.fileMode() == FileMode.READ_WRITE) {
                file.read(pages.offset(), lane.scratch.asSlice(0, pages.length()));
                lane.model.stripes.forEachOwned(
                        lane.thread,
                        pages.offset(),
                        pages.end(),
                        (offset, length) -> lane.expectSame(
                                "file after force",
                                offset,
                                lane.scratch.asSlice(offset - pages.offset(), length),
                                length));
            }
        });
    }
}
