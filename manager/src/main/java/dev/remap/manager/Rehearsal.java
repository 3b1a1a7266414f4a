// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.migrate.CommandException;
import dev.remap.linux.FileIo;
import dev.remap.linux.UserfaultfdAccess;
import dev.remap.wire.FaultReporting;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Has a standby do, while there is time for it, what a takeover will ask of it: regions of a {@link RehearsalStage} are faulted in, paged
 * out and taken over again and again, with pages in every state and with a device, until classes are loaded and compiled. A JVM that does
 * this for the first time takes some hundred milliseconds, for which every touch would wait.
 *
 * <p>It is played step by step, each of some ten milliseconds unless the disk is slow, so that whoever has one reads what it is sent
 * meanwhile, and leaves it as soon as there is something to take over. Used by one thread.
 */
final class Rehearsal implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Rehearsal.class.getName());
    private static final int ROUNDS = 6;
    private static final long PAGES_A_STEP = 64;

    /** A page is adopted in a microsecond, once that is compiled for good. */
    private static final int TAKEOVERS_A_ROUND = 4;

    private static final long LONGEST_NS = 1_500_000_000L;

    private @Nullable RehearsalStage stage;
    private final Queue<Step> steps = new ArrayDeque<>();
    private final long startNs = System.nanoTime();
    private int rounds;
    private boolean failed;

    private Rehearsal(RehearsalStage stage) {
        this.stage = stage;
        steps.add(stage::open);
    }

    /** A little of what is to be played. */
    @FunctionalInterface
    private interface Step {
        void play() throws IOException, CommandException;
    }

    /** A rehearsal of which nothing is played yet; null where the process may not have what it takes, and a takeover takes longer. */
    static @Nullable Rehearsal open() {
        UserfaultfdAccess.Result access = UserfaultfdAccess.open(FaultReporting.FEATURES, -1);
        if (access.fd() < 0) {
            LOG.log(System.Logger.Level.DEBUG, "no userfaultfd of this process's own: no rehearsal");
            return null;
        }
        try {
            return new Rehearsal(new RehearsalStage(access.fd()));
        } catch (IOException e) {
            FileIo.close(access.fd());
            LOG.log(System.Logger.Level.WARNING, "no rehearsal; a takeover will take longer", e);
            return null;
        }
    }

    /** Plays all, where there is nothing else to be done meanwhile; false if it could not be played to its end. */
    static boolean run() {
        Rehearsal rehearsal = open();
        if (rehearsal == null) {
            return false;
        }
        try (rehearsal) {
            boolean more = true;
            while (more) {
                more = rehearsal.step();
            }
            return !rehearsal.failed;
        }
    }

    /** Plays a step; false if there is none any more, or it failed, which is logged. Then this is closed. */
    boolean step() {
        if (play()) {
            return true;
        }
        close();
        System.gc(); // now, when nothing is left of it, and not in the middle of a takeover
        return false;
    }

    private boolean play() {
        try {
            Step next = steps.poll();
            if (next != null) {
                next.play();
                return true;
            }
            if (stage != null && rounds < ROUNDS && System.nanoTime() - startNs < LONGEST_NS) {
                addRound(stage, rounds++);
                return true;
            }
            String took = Long.toString((System.nanoTime() - startNs) / 1_000_000);
            LOG.log(System.Logger.Level.DEBUG, "rehearsed {0} rounds in {1} ms", rounds, took);
        } catch (IOException | CommandException | RuntimeException e) {
            failed = true;
            LOG.log(System.Logger.Level.WARNING, "the rehearsal failed; a takeover will take longer", e);
        }
        return false;
    }

    private void addRound(RehearsalStage on, int round) {
        for (RehearsalStage.Memory memory : on.memories()) {
            if (round == 0 || !memory.isSpilled()) {
                addTouches(on, memory, round);
            }
        }
        for (int takeover = 0; takeover < TAKEOVERS_A_ROUND; takeover++) {
            steps.add(on::leave);
            steps.add(on::takeOver);
        }
    }

    private void addTouches(RehearsalStage on, RehearsalStage.Memory memory, int round) {
        inParts(memory, (first, count) -> on.fault(memory, first, count));
        steps.add(() -> memory.write(round));
        inParts(memory, (first, count) -> on.pageOut(memory, first, count));
        inParts(memory, (first, count) -> on.faultEveryOther(memory, first, count));
    }

    /** A few pages of a region at a time. */
    @FunctionalInterface
    private interface Part {
        void play(long first, long count) throws IOException, CommandException;
    }

    private void inParts(RehearsalStage.Memory memory, Part part) {
        for (long page = 0; page < memory.pages(); page += PAGES_A_STEP) {
            long first = page;
            long count = Math.min(PAGES_A_STEP, memory.pages() - first);
            steps.add(() -> part.play(first, count));
        }
    }

    @Override
    public void close() {
        steps.clear();
        RehearsalStage left = stage;
        if (left != null) {
            stage = null;
            left.close();
            ScratchDirectory.empty();
        }
    }
}
