// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.remap.torture.StripeMap.Stripe;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Copies, fills and comparisons of a thread's own stripes, while others work on the rest of the same pages. */
final class BulkCopy {
    private BulkCopy() {}

    static void out(Lane lane) throws Exception {
        Stripe stripe = lane.pickStripe();
        MemorySegment heap = MemorySegment.ofArray(lane.heap);
        lane.model.locks.shared(stripe.offset(), stripe.length(), () -> {
            MemorySegment.copy(lane.segment, JAVA_BYTE, stripe.offset(), lane.heap, 0, stripe.length());
            lane.expectSame("copy to an array", stripe.offset(), heap, stripe.length());
        });
    }

    static void in(Lane lane) throws Exception {
        Stripe stripe = lane.pickStripe();
        MemorySegment bytes = lane.compose(stripe);
        boolean throughHeap = lane.random.nextBoolean();
        lane.model.locks.shared(stripe.offset(), stripe.length(), () -> {
            if (throughHeap) {
                MemorySegment.copy(bytes, JAVA_BYTE, 0, lane.heap, 0, stripe.length());
                MemorySegment.copy(lane.heap, 0, lane.segment, JAVA_BYTE, stripe.offset(), stripe.length());
            } else {
                MemorySegment.copy(bytes, 0, lane.segment, stripe.offset(), stripe.length());
            }
            MemorySegment.copy(bytes, 0, lane.model.shadow, stripe.offset(), stripe.length());
        });
    }

    static void fill(Lane lane) throws Exception {
        Stripe stripe = lane.pickStripe();
        byte value = (byte) lane.random.nextInt();
        lane.ledger.charge(stripe.offset(), stripe.length(), 6);
        lane.model.locks.shared(stripe.offset(), stripe.length(), () -> {
            lane.segment.asSlice(stripe.offset(), stripe.length()).fill(value);
            lane.model.shadow.asSlice(stripe.offset(), stripe.length()).fill(value);
        });
    }

    /** From one place of the region to another: both ends of one copy may fault. */
    static void within(Lane lane) throws Exception {
        Stripe from = lane.pickStripe();
        Stripe to =
                lane.stripeNear((from.offset() / TortureConfig.PAGE + lane.random.nextInt(32)) % lane.config.pages());
        int length = Math.min(from.length(), to.length());
        lane.ledger.charge(to.offset(), length, length / 4);
        long begin = Math.min(from.offset(), to.offset());
        long end = Math.max(from.end(), to.end());
        lane.model.locks.shared(begin, end - begin, () -> {
            MemorySegment.copy(lane.segment, from.offset(), lane.segment, to.offset(), length);
            MemorySegment.copy(lane.model.shadow, from.offset(), lane.model.shadow, to.offset(), length);
        });
    }

    static void compare(Lane lane) throws Exception {
        Stripe stripe = lane.pickStripe();
        lane.model.locks.shared(stripe.offset(), stripe.length(), () -> {
            MemorySegment mine = lane.segment.asSlice(stripe.offset(), stripe.length());
            lane.expectSame("mismatch", stripe.offset(), mine, stripe.length());
        });
    }

    static void throughBuffer(Lane lane) throws Exception {
        Stripe stripe = lane.pickStripe();
        lane.model.locks.shared(stripe.offset(), stripe.length(), () -> {
            MemorySegment mine = lane.segment.asSlice(stripe.offset(), stripe.length());
            mine.asByteBuffer().get(lane.heap, 0, stripe.length());
            lane.expectSame("ByteBuffer.get", stripe.offset(), MemorySegment.ofArray(lane.heap), stripe.length());
        });
    }

    /** A segment of an arena of its own, closed at once. */
    static void throughView(Lane lane) throws Exception {
        Stripe stripe = lane.pickStripe();
        lane.model.locks.shared(stripe.offset(), stripe.length(), () -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment view = lane.region.segment(stripe.offset(), stripe.length(), arena);
                lane.expectSame("segment(offset, size, arena)", stripe.offset(), view, stripe.length());
            }
        });
    }
}
