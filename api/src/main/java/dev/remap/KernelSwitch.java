// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.HangupChain;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The switch that the kernel itself throws, by a {@link HangupChain}: when the pipe that all managers hold hangs up, it cuts every region's
 * memfd to zero bytes, and then closes the userfaultfd, upon which the waiting threads touch again, and end in a bus error. Zeros are never
 * read: the cut comes first.
 *
 * <p>The chain belongs to the thread that armed it, which does nothing else. Each change of the regions arms a new one; in the microseconds
 * between the end of one and the next, a death is noticed as soon as the next is armed. Thread-safe.
 */
final class KernelSwitch implements DeadMansSwitch {
    private static final long ARM_TIMEOUT_MS = 5_000;

    private final int pipe;
    private final Faultfd faultfd;
    private final Thread thread;
    private final CompletableFuture<Boolean> outcome = new CompletableFuture<>();
    /** Duplicates, so that a number is not another file's while a chain has it. By the region's own descriptor. */
    private final Map<Integer, Integer> memfds = new LinkedHashMap<>();

    private @Nullable HangupChain chain;
    private long wanted;
    private long armed = -1;
    private boolean closing;

    private KernelSwitch(int pipe, Faultfd faultfd) {
        this.pipe = pipe;
        this.faultfd = faultfd;
        thread = new Thread(this::run, "remap-dead-man");
        thread.setDaemon(true);
    }

    /** Arms a switch; null where the kernel does not permit it. */
    static @Nullable KernelSwitch arm(LivenessPipe pipe, Faultfd faultfd) {
        if (HangupChain.probe() < 0) {
            return null;
        }
        KernelSwitch made = new KernelSwitch(pipe.readEnd(), faultfd);
        made.thread.start();
        made.awaitArmed(0);
        return made;
    }

    @Override
    public void cover(int memfd, long address, long size) throws RemapException {
        long duplicate = FileIo.fcntlDup(memfd);
        if (duplicate < 0) {
            throw new RemapException(
                    RemapException.Category.QUOTA,
                    "dup of a region's memfd: " + Errno.name(duplicate),
                    "Raise ulimit -n.");
        }
        long version;
        synchronized (this) {
            memfds.put(memfd, (int) duplicate);
            version = change();
        }
        awaitArmed(version);
    }

    @Override
    public void uncover(int memfd) {
        Integer duplicate;
        long version;
        synchronized (this) {
            duplicate = memfds.remove(memfd);
            version = change();
        }
        boolean released = awaitArmed(version); // else a chain may still cut whatever has this number
        if (released && duplicate != null) {
            FileIo.close(duplicate);
        }
    }

    /** Within the lock: has the thread arm anew. */
    private long change() {
        wanted++;
        HangupChain now = chain;
        if (now != null) {
            now.wake();
        }
        return wanted;
    }

    /** Whether every chain of an older version has ended. */
    private synchronized boolean awaitArmed(long version) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ARM_TIMEOUT_MS);
        boolean interrupted = false;
        while (armed < version && !outcome.isDone()) {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (leftMs <= 0) {
                log().log(System.Logger.Level.WARNING, "the dead man's switch could not be armed in time");
                break;
            }
            try {
                wait(leftMs);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return armed >= version || outcome.isDone();
    }

    private void run() {
        boolean fired = false;
        HangupChain next = prepare();
        while (next != null) {
            long result = next.await();
            synchronized (this) {
                chain = null;
                next.close();
            }
            if (result < 0) {
                log().log(
                                System.Logger.Level.WARNING,
                                "the dead man's switch is off: io_uring_enter: " + Errno.name(result));
            }
            fired = result == 1;
            next = result == 0
                    ? prepare()
                    : null; // not once it has fired: the number it closes may be another file's by now
        }
        if (fired) {
            faultfd.closedByKernel();
        }
        synchronized (this) {
            outcome.complete(fired);
            notifyAll();
        }
    }

    /** The next chain, armed; null if there is to be none. */
    private synchronized @Nullable HangupChain prepare() {
        if (closing) {
            return null;
        }
        int[] files = memfds.values().stream().mapToInt(fd -> fd).toArray();
        HangupChain next = HangupChain.prepare(pipe, files, faultfd.fd());
        if (next == null) {
            log().log(
                            System.Logger.Level.WARNING,
                            "the dead man's switch is off: no io_uring for {0} regions; descriptors or memory may be used up",
                            files.length);
            return null;
        }
        long result = next.arm();
        if (result < 0) {
            log().log(
                            System.Logger.Level.WARNING,
                            "the dead man's switch is off: io_uring_enter: " + Errno.name(result));
            next.close();
            return null;
        }
        chain = next;
        armed = wanted;
        notifyAll();
        return next;
    }

    @Override
    public boolean awaitFired(long timeoutMs) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return outcome.get(timeoutMs, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    return false;
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closing = true;
            change();
        }
        if (!awaitEnd()) {
            log().log(System.Logger.Level.WARNING, "the dead man's switch does not end");
            return;
        }
        memfds.values().forEach(FileIo::close);
        memfds.clear();
    }

    private boolean awaitEnd() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return thread.join(Duration.ofMillis(ARM_TIMEOUT_MS));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Made when it is needed: the first logger of a JVM takes as long as a tenth of its start. */
    private static System.Logger log() {
        return System.getLogger(KernelSwitch.class.getName());
    }
}
