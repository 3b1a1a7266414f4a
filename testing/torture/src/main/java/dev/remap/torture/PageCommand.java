// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.remap.Advice;
import dev.remap.Pin;
import dev.remap.Remap;
import dev.remap.torture.StripeMap.Stripe;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/** The region's hints and commands, run without the model's locks where they change no byte. */
final class PageCommand {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int PAGE = TortureConfig.PAGE;
    private static final int SCATTERED = 16;

    private PageCommand() {}

    static void pageOut(Lane lane) throws Exception {
        Stripe pages = lane.pickPages();
        long left = lane.region.pageOut(pages.offset(), pages.length());
        lane.require(left >= 0 && left <= pages.length(), "pageOut says that " + left + " bytes left of " + pages);
    }

    static void load(Lane lane) throws Exception {
        Stripe pages = lane.pickPages();
        lane.region.load(pages.offset(), pages.length(), PATIENCE);
    }

    static void loadAsync(Lane lane) throws Exception {
        long[] offsets = scattered(lane);
        lane.region
                .loadAsync(offsets, offsets.length, PAGE)
                .toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    static void prefetch(Lane lane) {
        if (lane.random.nextBoolean()) {
            Stripe pages = lane.pickPages();
            lane.region.prefetch(pages.offset(), pages.length());
        } else {
            long[] offsets = scattered(lane);
            lane.region.prefetch(offsets, offsets.length, PAGE);
        }
    }

    static void advise(Lane lane) {
        Stripe pages = lane.pickPages();
        Advice[] all = Advice.values();
        lane.region.advise(pages.offset(), pages.length(), all[lane.random.nextInt(all.length)]);
    }

    static void query(Lane lane) throws Exception {
        Stripe pages = lane.pickPages();
        lane.region.isLoaded(pages.offset(), pages.length());
        long resident = lane.region.residentBytes(pages.offset(), pages.length());
        lane.require(resident >= 0 && resident <= pages.length(), "residentBytes " + resident + " of " + pages);
        lane.region.verify(pages.offset(), pages.length());
        Remap.check();
    }

    static void pinAndWrite(Lane lane) throws Exception {
        Stripe stripe = lane.pickStripe();
        MemorySegment bytes = lane.compose(stripe);
        MemorySegment.copy(bytes, JAVA_BYTE, 0, lane.heap, 0, stripe.length());
        lane.model.locks.shared(stripe.offset(), stripe.length(), () -> {
            try (Pin pin = lane.region.pin(stripe.offset(), stripe.length(), PATIENCE)) {
                MemorySegment.copy(lane.heap, 0, pin.segment(), JAVA_BYTE, 0, stripe.length());
                lane.require(
                        lane.region.isLoaded(stripe.offset(), stripe.length()), "pinned, but not loaded: " + stripe);
            }
            MemorySegment.copy(bytes, 0, lane.model.shadow, stripe.offset(), stripe.length());
        });
    }

    /** A checksum, which is native code or an intrinsic, through a pin. */
    static void pinAndSum(Lane lane) throws Exception {
        Stripe stripe = lane.pickStripe();
        lane.model.locks.shared(stripe.offset(), stripe.length(), () -> {
            long expected = sum(lane.model.shadow.asSlice(stripe.offset(), stripe.length()));
            try (Pin pin = lane.region.pin(stripe.offset(), stripe.length(), PATIENCE)) {
                lane.expect("CRC32C through a pin", stripe.offset(), expected, sum(pin.segment()));
            }
        });
    }

    static void discard(Lane lane) throws Exception {
        Stripe pages = lane.pickPages();
        lane.ledger.clear(pages.offset(), pages.length());
        lane.model.locks.alone(pages.offset(), pages.length(), () -> {
            lane.region.discard(pages.offset(), pages.length());
            lane.model.shadow.asSlice(pages.offset(), pages.length()).fill((byte) 0);
            MemorySegment last = lane.segment.asSlice(pages.end() - PAGE, PAGE);
            lane.expectSame("read after discard", pages.end() - PAGE, last, PAGE);
        });
    }

    static void rewrite(Lane lane) throws Exception {
        Stripe pages = lane.pickPages();
        lane.ledger.clear(pages.offset(), pages.length());
        MemorySegment bytes = lane.compose(pages);
        lane.model.locks.alone(pages.offset(), pages.length(), () -> {
            MemorySegment.copy(bytes, 0, lane.segment, pages.offset(), pages.length());
            MemorySegment.copy(bytes, 0, lane.model.shadow, pages.offset(), pages.length());
        });
    }

    static void checkPages(Lane lane) throws Exception {
        Stripe pages = lane.pickPages();
        lane.model.locks.alone(pages.offset(), pages.length(), () -> {
            MemorySegment.copy(lane.segment, pages.offset(), lane.scratch, 0, pages.length());
            lane.expectSame("copy of whole pages", pages.offset(), lane.scratch, pages.length());
        });
    }

    private static long sum(MemorySegment bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.asByteBuffer());
        return crc.getValue();
    }

    private static long[] scattered(Lane lane) {
        long[] offsets = new long[1 + lane.random.nextInt(SCATTERED)];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = lane.pickPage() * PAGE;
        }
        return offsets;
    }
}
