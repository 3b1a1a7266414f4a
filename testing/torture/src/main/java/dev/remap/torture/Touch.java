// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.remap.torture.StripeMap.Stripe;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/** Reads and writes of 1, 2, 4 and 8 bytes, aligned and not, within a page and across two. */
final class Touch {
    private static final VarHandle LONGS = JAVA_LONG.varHandle();
    private static final int PAGE = TortureConfig.PAGE;
    private static final int WRITE_COST = 12;

    private Touch() {}

    static void read(Lane lane) throws Exception {
        Stripe stripe = lane.pickStripe();
        int width = 1 << lane.random.nextInt(4);
        long offset = offsetIn(lane, stripe, width);
        lane.model.locks.shared(offset, width, () -> {
            long got = get(lane.segment, offset, width);
            lane.expect("read of " + width, offset, get(lane.model.shadow, offset, width), got);
        });
    }

    static void write(Lane lane) throws Exception {
        Stripe stripe = lane.pickStripe();
        int width = 1 << lane.random.nextInt(4);
        long offset = offsetIn(lane, stripe, width);
        long value = lane.ledger.full() ? 0 : lane.random.nextLong();
        lane.ledger.charge(offset, width, WRITE_COST);
        lane.model.locks.shared(offset, width, () -> {
            set(lane.segment, offset, width, value);
            set(lane.model.shadow, offset, width, value);
        });
    }

    static void atomic(Lane lane) throws Exception {
        Stripe stripe = lane.pickStripe();
        long offset = offsetIn(lane, stripe, Long.BYTES) & -Long.BYTES;
        lane.ledger.charge(offset, Long.BYTES, WRITE_COST);
        lane.model.locks.shared(offset, Long.BYTES, () -> {
            long expected = get(lane.model.shadow, offset, Long.BYTES);
            long got = (long) LONGS.getAndAdd(lane.segment, offset, 1L);
            lane.expect("getAndAdd", offset, expected, got);
            boolean swapped = LONGS.compareAndSet(lane.segment, offset, expected + 1, expected + 2);
            lane.require(swapped, "compareAndSet failed at offset " + offset);
            set(lane.model.shadow, offset, Long.BYTES, expected + 2);
        });
    }

    /** Half of the time across a page boundary, if the stripe has one; else half of the time aligned. */
    private static long offsetIn(Lane lane, Stripe stripe, int width) {
        long boundary = (stripe.offset() & -PAGE) + PAGE;
        if (width > 1 && boundary < stripe.end() && lane.random.nextBoolean()) {
            return boundary - 1 - lane.random.nextInt(width - 1);
        }
        long offset = stripe.offset() + lane.random.nextInt(stripe.length() - width + 1);
        return lane.random.nextBoolean() ? offset & -width : offset;
    }

    static long get(MemorySegment segment, long offset, int width) {
        boolean aligned = offset % width == 0;
        return switch (width) {
            case 1 -> segment.get(JAVA_BYTE, offset) & 0xffL;
            case 2 -> (aligned ? segment.get(JAVA_SHORT, offset) : segment.get(JAVA_SHORT_UNALIGNED, offset));
            case 4 -> (aligned ? segment.get(JAVA_INT, offset) : segment.get(JAVA_INT_UNALIGNED, offset));
            default -> aligned ? segment.get(JAVA_LONG, offset) : segment.get(JAVA_LONG_UNALIGNED, offset);
        };
    }

    static void set(MemorySegment segment, long offset, int width, long value) {
        boolean aligned = offset % width == 0;
        switch (width) {
            case 1 -> segment.set(JAVA_BYTE, offset, (byte) value);
            case 2 -> segment.set(aligned ? JAVA_SHORT : JAVA_SHORT_UNALIGNED, offset, (short) value);
            case 4 -> segment.set(aligned ? JAVA_INT : JAVA_INT_UNALIGNED, offset, (int) value);
            default -> segment.set(aligned ? JAVA_LONG : JAVA_LONG_UNALIGNED, offset, value);
        }
    }
}
