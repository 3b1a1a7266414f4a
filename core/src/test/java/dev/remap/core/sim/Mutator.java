// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.core.migrate.CommandException;
import dev.remap.core.migrate.RangeCommands;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.reclaim.ReclaimAgent;
import dev.remap.wire.PageWord;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * A thread of a simulated application that writes chunks of pages of its own, reads them back, and asks for anything an application may
 * ask for. It knows what each long must be.
 */
public final class Mutator {
    private static final int CHUNK = 64;
    private static final int SLOTS = 4;
    private static final int[] OFFSETS = {0, 8, 2048, SimulatedKernel.PAGE - 8};
    private static final long TIMEOUT_NS = 20_000_000_000L;

    private final Machine machine;
    private final RangeCommands commands;
    private final ReclaimAgent reclaim;
    private final SplittableRandom random;
    private final int id;
    private final int mutators;
    private final long[] model;
    private final MemorySegment readBuffer = Arena.ofAuto().allocate(SimulatedKernel.PAGE, 8);
    private long cursor;

    public Mutator(
            Machine machine,
            RangeCommands commands,
            ReclaimAgent reclaim,
            SplittableRandom random,
            int id,
            int mutators) {
        this.machine = machine;
        this.commands = commands;
        this.reclaim = reclaim;
        this.random = random;
        this.id = id;
        this.mutators = mutators;
        model = new long[(int) machine.region.pages() * SLOTS];
    }

    /** Takes so many random steps. */
    public void run(int steps) {
        for (int i = 0; i < steps; i++) {
            try {
                step(random.nextInt(1000));
            } catch (CommandException e) {
                throw new AssertionError(e.code() + ": " + e.getMessage(), e);
            }
        }
    }

    private void step(int kind) throws CommandException {
        if (kind < 400) {
            write(ownPage());
        } else if (kind < 700) {
            check(ownPage());
        } else if (kind < 900) {
            cursor = (cursor + 1) % machine.region.pages();
            if (isOwn(cursor)) {
                check(cursor);
            }
        } else if (kind < 930) {
            if (machine.region.writesToFiles()) {
                forceSome();
            } else {
                discardSome();
            }
        } else if (kind < 950) {
            long first = random.nextLong(machine.region.pages() - 200);
            commands.load(machine.region, first, random.nextLong(1, 200), TIMEOUT_NS, random.nextBoolean());
        } else if (kind < 970) {
            pinAndLetADeviceWrite();
        } else if (kind < 985) {
            readWithoutFaults();
        } else {
            adviseOrPageOut();
        }
    }

    private long ownPage() {
        while (true) {
            long page = random.nextInt(3) > 0
                    ? random.nextLong(machine.region.pages() / 8)
                    : random.nextLong(machine.region.pages());
            if (isOwn(page)) {
                return page;
            }
        }
    }

    private boolean isOwn(long page) {
        return page / CHUNK % mutators == id;
    }

    private void write(long page) {
        long value = random.nextInt(4) == 0 ? 0 : random.nextLong();
        int slot = random.nextInt(SLOTS);
        try {
            machine.kernel.write(machine.address(page) + OFFSETS[slot], value);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        model[(int) page * SLOTS + slot] = value;
    }

    private void check(long page) {
        for (int slot = 0; slot < SLOTS; slot++) {
            try {
                assertThat(machine.kernel.read(machine.address(page) + OFFSETS[slot]))
                        .as("page %d, offset %d", page, OFFSETS[slot])
                        .isEqualTo(model[(int) page * SLOTS + slot]);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private void discardSome() throws CommandException {
        long first = ownPage();
        long pages = random.nextLong(1, CHUNK - first % CHUNK + 1);
        commands.discard(machine.region, first, pages);
        for (int i = (int) first * SLOTS; i < (first + pages) * SLOTS; i++) {
            model[i] = 0;
        }
    }

    private void forceSome() throws CommandException {
        long first = ownPage();
        commands.force(machine.region, first, random.nextLong(1, CHUNK - first % CHUNK + 1));
    }

    private void readWithoutFaults() throws CommandException {
        long[] offsets = new long[random.nextInt(1, 40)];
        long[] expected = new long[offsets.length];
        for (int i = 0; i < offsets.length; i++) {
            long page = ownPage();
            int slot = random.nextInt(SLOTS);
            offsets[i] = page * SimulatedKernel.PAGE + OFFSETS[slot];
            expected[i] = model[(int) page * SLOTS + slot];
        }
        commands.read(machine.region, offsets, Long.BYTES, readBuffer.address(), TIMEOUT_NS);
        for (int i = 0; i < offsets.length; i++) {
            assertThat(readBuffer.get(ValueLayout.JAVA_LONG, i * 8L))
                    .as("read of offset %d", offsets[i])
                    .isEqualTo(expected[i]);
        }
    }

    private void pinAndLetADeviceWrite() throws CommandException {
        long first = ownPage();
        long pages = random.nextLong(1, CHUNK - first % CHUNK + 1);
        commands.pin(machine.region, first, pages, TIMEOUT_NS);
        for (int i = 0; i < 8; i++) {
            long page = first + random.nextLong(pages);
            long value = random.nextLong();
            assertThat(machine.kernel.deviceWrite(machine.address(page), value))
                    .as("a pinned page is resident, yet "
                            + PageWord.describe(machine.region.table().get(page)))
                    .isTrue();
            model[(int) page * SLOTS] = value;
            Thread.onSpinWait();
        }
        commands.unpin(machine.region, first, pages);
    }

    private void adviseOrPageOut() {
        PagedRegion region = machine.region;
        long first = random.nextLong(region.pages() - 128);
        long pages = random.nextLong(1, 128);
        int kind = random.nextInt(8);
        if (kind < 4) {
            region.advice().set(first, pages, random.nextInt(3));
        } else if (kind < 6) {
            reclaim.execute(() -> reclaim.cold(region, first, pages));
        } else {
            reclaim.execute(() -> reclaim.pageOut(region, first, pages));
        }
    }

    /** Checks every page this thread has written. */
    public void readEverything() {
        for (long page = 0; page < machine.region.pages(); page++) {
            if (isOwn(page)) {
                check(page);
            }
        }
    }

    /** Frees pages, as {@link Machine} time allows. */
    public void discard(long first, long pages) {
        try {
            commands.discard(machine.region, first, pages);
        } catch (CommandException e) {
            throw new AssertionError(
                    "after " + TimeUnit.NANOSECONDS.toSeconds(TIMEOUT_NS) + " s: " + e.getMessage(), e);
        }
    }
}
