// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.linux.CpuAffinity;
import dev.remap.linux.Nice;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Has the threads of this process run before others for the few milliseconds of a takeover: every touch of absent pages waits for it, and
 * who waits has the CPUs busy with something else as often as not. The compilers' threads keep their share: what they have queued by the
 * time of a takeover is not what it waits for, and they would keep the application from what it has waited for. Takes CAP_SYS_NICE or
 * RLIMIT_NICE (systemd: {@code LimitNICE}); without them the takeover gets its share like everybody.
 */
final class Urgency implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Urgency.class.getName());
    private static final String THREADS = "/proc/self/task";
    private static final int MOST_URGENT = -15;
    private static final int MOST_ROUNDS = 10;

    /** How HotSpot names its compilers' threads; what it adds is cut off by Linux after 15 bytes. */
    private static final List<String> COMPILERS = List.of("C1 CompilerThre", "C2 CompilerThre");

    /** The threads there were when there was time to look; empty if nobody has. */
    private static volatile List<Integer> known = List.of();

    private final int usual;
    private final boolean granted;

    private Urgency(int usual, boolean granted) {
        this.usual = usual;
        this.granted = granted;
    }

    /**
     * Looks which threads there are, so that {@link #begin} need not: that takes milliseconds. One that is started between
     * the two keeps its share; one that is started later has what its starter has.
     */
    static void prepare() {
        known = threads();
    }

    static Urgency begin() {
        int usual = Nice.get(0);
        if (usual <= MOST_URGENT) {
            return new Urgency(usual, false);
        }
        long refused = Nice.set(0, MOST_URGENT);
        if (refused < 0) {
            return new Urgency(usual, false);
        }
        List<Integer> prepared = known;
        if (prepared.isEmpty()) {
            setAll(MOST_URGENT);
        }
        raise(prepared);
        return new Urgency(usual, true);
    }

    /** Those of them that are this process's: the number of a thread that has ended may be another process's by now. */
    static void raise(List<Integer> threads) {
        for (int thread : threads) {
            if (new File(THREADS, Integer.toString(thread)).exists()) {
                Nice.set(thread, MOST_URGENT);
            }
        }
    }

    /**
     * Threads that others start meanwhile have what those had: so until there is none to be changed. The calling thread, whose work this
     * is, comes last.
     */
    private static void setAll(int nice) {
        int own = CpuAffinity.gettid();
        boolean changed = true;
        for (int round = 0; changed && round < MOST_ROUNDS; round++) {
            changed = false;
            for (int thread : threads()) {
                changed |= thread != own && Nice.get(thread) != nice && Nice.set(thread, nice) == 0;
            }
        }
        Nice.set(own, nice);
    }

    /** All but the compilers'. */
    private static List<Integer> threads() {
        try (Stream<Path> threads = Files.list(Path.of(THREADS))) {
            return threads.filter(thread -> !isCompiler(thread))
                    .map(thread -> Integer.parseInt(String.valueOf(thread.getFileName())))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            LOG.log(System.Logger.Level.WARNING, "the nice values of this process's threads are left as they are", e);
            return List.of();
        }
    }

    private static boolean isCompiler(Path thread) {
        try {
            return COMPILERS.contains(Files.readString(thread.resolve("comm")).strip());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.TRACE, "the thread has ended", e);
            return false;
        }
    }

    @Override
    public String toString() {
        return granted ? "before others" : "with the usual share of the CPUs";
    }

    /** Everything is as it was, threads that have been started meanwhile included. */
    @Override
    public void close() {
        if (granted) {
            setAll(usual);
        }
    }
}
