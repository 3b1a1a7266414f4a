// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import dev.remap.torture.StripeMap.Stripe;
import java.lang.foreign.MemorySegment;

/** Transfers between the region and a file that is open with O_DIRECT, so that a device reads and writes the pages. */
final class ChannelTransfer {
    private ChannelTransfer() {}

    /** Region to file, then compares what the file got. Of pages that others write meanwhile, only the own stripes are certain. */
    static void out(Lane lane) throws Exception {
        Stripe pages = lane.pickPages();
        lane.model.locks.shared(pages.offset(), pages.length(), () -> {
            long moved = lane.region.transferTo(pages.offset(), pages.length(), lane.file.rewound());
            lane.require(moved == pages.length(), "transferTo wrote " + moved + " of " + pages.length());
            lane.file.read(lane.scratch, pages.length());
            lane.model.stripes.forEachOwned(lane.thread, pages.offset(), pages.end(), (offset, length) -> {
                MemorySegment got = lane.scratch.asSlice(offset - pages.offset(), length);
                lane.expectSame("transferTo", offset, got, length);
            });
        });
    }

    static void in(Lane lane) throws Exception {
        Stripe pages = lane.pickPages();
        lane.ledger.clear(pages.offset(), pages.length());
        MemorySegment bytes = lane.compose(pages);
        lane.file.write(bytes);
        lane.model.locks.alone(pages.offset(), pages.length(), () -> {
            long moved = lane.region.transferFrom(lane.file.rewound(), pages.offset(), pages.length());
            lane.require(moved == pages.length(), "transferFrom read " + moved + " of " + pages.length());
            MemorySegment.copy(bytes, 0, lane.model.shadow, pages.offset(), pages.length());
            MemorySegment got = lane.segment.asSlice(pages.offset(), pages.length());
            lane.expectSame("read after transferFrom", pages.offset(), got, pages.length());
        });
    }
}
