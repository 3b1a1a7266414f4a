// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.wire.Connection;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.Protocol;
import dev.remap.wire.Received;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Requests to a manager and their answers. Whoever waits for an answer is parked, out of the way of safepoints; one thread reads the
 * answers. Thread-safe.
 */
final class ManagerLink implements AutoCloseable {

    private static final int LONGS_A_PIN = 3;

    private final Connection<Request, Reply> connection;
    private final ConcurrentHashMap<Long, Pending> waiting = new ConcurrentHashMap<>();
    /** Shared: a request is in {@link #waiting} and sent. Exclusive: all of these are sent once more. */
    private final ReentrantReadWriteLock sending = new ReentrantReadWriteLock();
    /** What is pinned, and how often, as far as the manager has answered. Confined to the reading thread. */
    private final Map<PinnedRange, Integer> pinned = new HashMap<>();

    private final AtomicLong lastId = new AtomicLong();
    private final AtomicLong droppedHints = new AtomicLong();
    private final Runnable onLost;
    private volatile long takeovers;
    private volatile boolean lost;
    private volatile boolean closing;

    /** A request that is not answered, with duplicates of its descriptors: it may have to be sent once more. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Pending(Request request, int[] fds, CompletableFuture<Received<Reply>> future) {
        void closeFds() {
            for (int fd : fds) {
                FileIo.close(fd);
            }
        }
    }

    private record PinnedRange(int region, long offset, long length) {}

    /** Takes over the connection; {@code onLost} runs on the reading thread if the manager ends before it was asked to. */
    ManagerLink(Connection<Request, Reply> connection, Runnable onLost) {
        this.connection = connection;
        this.onLost = onLost;
        Thread reader = new Thread(this::readAnswers, "remap-link");
        reader.setDaemon(true);
        reader.start();
    }

    /** Sends a request; the future completes with the answer, or fails with a {@link RemapException}. */
    CompletableFuture<Received<Reply>> submit(Request request, int... fds) {
        long id = lastId.incrementAndGet();
        CompletableFuture<Received<Reply>> future = new CompletableFuture<>();
        int[] duplicates;
        try {
            duplicates = duplicates(fds);
        } catch (RemapException e) {
            future.completeExceptionally(e);
            return future;
        }
        sending.readLock().lock();
        try {
            waiting.put(id, new Pending(request, duplicates, future));
            if (lost) {
                throw new IOException("the manager has ended");
            }
            connection.send(id, request, fds);
            if (lost) {
                failAll();
            }
        } catch (IOException e) {
            forget(id);
            future.completeExceptionally(lost(e));
        } finally {
            sending.readLock().unlock();
        }
        return future;
    }

    private static int[] duplicates(int[] fds) throws RemapException {
        int[] own = new int[fds.length];
        for (int i = 0; i < fds.length; i++) {
            long duplicate = FileIo.fcntlDup(fds[i]);
            if (duplicate < 0) {
                for (int j = 0; j < i; j++) {
                    FileIo.close(own[j]);
                }
                throw new RemapException(
                        RemapException.Category.QUOTA,
                        "dup of a descriptor for the manager: " + Errno.name(duplicate),
                        "Raise ulimit -n.");
            }
            own[i] = (int) duplicate;
        }
        return own;
    }

    private @Nullable Pending forget(long id) {
        Pending pending = waiting.remove(id);
        if (pending != null) {
            pending.closeFds();
        }
        return pending;
    }

    /** Sends a request and waits for its answer. */
    Received<Reply> call(Request request, Duration timeout, int... fds) throws RemapException {
        return await(submit(request, fds), timeout);
    }

    /** Waits for the answer to a request; a virtual thread gives its carrier back meanwhile. */
    Received<Reply> await(CompletableFuture<Received<Reply>> future, Duration timeout) throws RemapException {
        boolean interrupted = false;
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            while (true) {
                try {
                    return checked(future.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS));
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    throw new RemapException(
                            RemapException.Category.DEADLINE,
                            "no answer of the manager within " + timeout.toMillis() + " ms",
                            "Try again; if it persists, the manager is stuck.",
                            e);
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof RemapException cause ? cause : lost(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The value of an answer that is expected to be Done. */
    long callForValue(Request request, Duration timeout) throws RemapException {
        Received<Reply> answer = call(request, timeout);
        if (answer.message() instanceof Reply.Done done) {
            return done.value();
        }
        IntStream.of(answer.fds()).forEach(FileIo::close);
        throw new RemapException(RemapException.Category.INCOMPATIBLE, "unexpected answer " + answer, "");
    }

    /** Sends a request that needs no answer, unless that would block. */
    void hint(Request request) {
        try {
            if (lost || !connection.trySend(0, request)) {
                droppedHints.incrementAndGet();
            }
        } catch (IOException e) {
            droppedHints.incrementAndGet();
        }
    }

    /** The answer, or the exception that it means. */
    static Received<Reply> checked(Received<Reply> received) throws RemapException {
        if (received.message() instanceof Reply.Failed failed) {
            throw new RemapException(
                    RemapException.Category.valueOf(ErrorCode.of(failed.code()).name()),
                    failed.what(),
                    failed.remedy());
        }
        return received;
    }

    /** How often another process has become the manager. It has been asked once more for what was not answered. */
    long takeovers() {
        return takeovers;
    }

    boolean isLost() {
        return lost;
    }

    /** What calls throw once the manager has ended. */
    RemapException lost() {
        return lost(null);
    }

    private void readAnswers() {
        try {
            for (Received<Reply> received = connection.receive(); received != null; received = connection.receive()) {
                if (received.message() instanceof Reply.TakenOver taken) {
                    takenOver(taken);
                } else {
                    answered(received);
                }
            }
        } catch (IOException e) {
            log().log(System.Logger.Level.ERROR, "the manager's answers cannot be read", e);
        }
        lost = true;
        failAll(); // before onLost, which needs a lock that a caller may hold while it waits for its answer
        if (!closing) {
            onLost.run();
        }
        failAll();
    }

    private void answered(Received<Reply> received) {
        Pending pending = forget(received.requestId());
        if (pending != null && received.message() instanceof Reply.Done) {
            countPin(pending.request());
        }
        if (pending == null || !pending.future().complete(received)) {
            IntStream.of(received.fds()).forEach(FileIo::close);
        }
    }

    /** By what is answered, not by what is asked: an unpin that is not answered will be asked for once more. */
    private void countPin(Request request) {
        if (request instanceof Request.Pin pin) {
            pinned.merge(new PinnedRange(pin.region(), pin.offset(), pin.length()), 1, Integer::sum);
        } else if (request instanceof Request.Unpin unpin) {
            pinned.computeIfPresent(
                    new PinnedRange(unpin.region(), unpin.offset(), unpin.length()),
                    (range, count) -> count == 1 ? null : count - 1);
        }
    }

    /**
     * Another process is the manager. It knows the pages and not what was asked of its predecessor; until it has been told the pins it
     * leaves all requests undone. So each that is not answered is sent once more, in the order in which they were made.
     */
    private void takenOver(Reply.TakenOver taken) {
        takeovers = taken.takeovers();
        log().log(
                        System.Logger.Level.WARNING,
                        "the manager has died; process {0} has taken over (takeover {1})",
                        Long.toString(taken.managerPid()),
                        Long.toString(taken.takeovers()));
        long[] pins = pins();
        // By another thread: this one has to read the answers meanwhile, or both sides could wait for each other.
        Thread.ofPlatform().daemon().name("remap-resume").start(() -> resume(taken.takeovers(), pins));
    }

    private void resume(long takeovers, long[] pins) {
        sending.writeLock().lock();
        try {
            sendPins(takeovers, pins);
            for (Map.Entry<Long, Pending> entry : new TreeMap<>(waiting).entrySet()) {
                connection.send(
                        entry.getKey(),
                        entry.getValue().request(),
                        entry.getValue().fds());
            }
        } catch (IOException e) {
            log().log(System.Logger.Level.DEBUG, "the new manager has died as well", e);
        } finally {
            sending.writeLock().unlock();
        }
    }

    /** Three longs a pin. On the reading thread. */
    private long[] pins() {
        return pinned.entrySet().stream()
                .flatMap(entry -> Collections.nCopies(entry.getValue(), entry.getKey()).stream())
                .flatMapToLong(range -> LongStream.of(range.region(), range.offset(), range.length()))
                .toArray();
    }

    private void sendPins(long takeovers, long[] longs) throws IOException {
        int most = LONGS_A_PIN * Protocol.MAX_PINS;
        int from = 0;
        do {
            int to = Math.min(longs.length, from + most);
            long[] part = Arrays.copyOfRange(longs, from, to);
            connection.send(0, new Request.Resume(takeovers, to == longs.length, part));
            from = to;
        } while (from < longs.length);
    }

    private void failAll() {
        for (Long id : waiting.keySet()) {
            Pending pending = forget(id);
            if (pending != null) {
                pending.future().completeExceptionally(lost(null));
            }
        }
    }

    private static RemapException lost(@Nullable Exception cause) {
        String what = "the manager has ended: pages that were not in DRAM are gone, and regions can no longer be used";
        String remedy = "Its messages are on this process's standard error. Close this Remap and open another.";
        return cause == null
                ? new RemapException(RemapException.Category.MANAGER_LOST, what, remedy)
                : new RemapException(RemapException.Category.MANAGER_LOST, what, remedy, cause);
    }

    /** Ends the connection, upon which the manager ends. */
    @Override
    public void close() {
        closing = true;
        connection.close();
    }

    /** Made when it is needed: the first logger of a JVM takes as long as a tenth of its start. */
    private static System.Logger log() {
        return System.getLogger(ManagerLink.class.getName());
    }
}
