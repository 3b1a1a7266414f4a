// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.FileIo;
import dev.remap.wire.Connection;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.Received;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Requests to a manager and their answers. Whoever waits for an answer is parked, out of the way of safepoints; one thread reads the
 * answers. Thread-safe.
 */
final class ManagerLink implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ManagerLink.class.getName());

    private final Connection<Request, Reply> connection;
    private final ConcurrentHashMap<Long, CompletableFuture<Received<Reply>>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong lastId = new AtomicLong();
    private final AtomicLong droppedHints = new AtomicLong();
    private final Runnable onLost;
    private volatile boolean lost;
    private volatile boolean closing;

    /** Takes over the socket; {@code onLost} runs on the reading thread if the manager ends before it was asked to. */
    ManagerLink(int socket, Runnable onLost) {
        connection = Connection.toManager(socket);
        this.onLost = onLost;
        Thread reader = new Thread(this::readAnswers, "remap-link");
        reader.setDaemon(true);
        reader.start();
    }

    /** Sends a request; the future completes with the answer, or fails with a {@link RemapException}. */
    CompletableFuture<Received<Reply>> submit(Request request, int... fds) {
        long id = lastId.incrementAndGet();
        CompletableFuture<Received<Reply>> future = new CompletableFuture<>();
        waiting.put(id, future);
        try {
            if (lost) {
                throw new IOException("the manager has ended");
            }
            connection.send(id, request, fds);
            if (lost) {
                failAll();
            }
        } catch (IOException e) {
            waiting.remove(id);
            future.completeExceptionally(lost(e));
        }
        return future;
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
                CompletableFuture<Received<Reply>> future = waiting.remove(received.requestId());
                if (future == null || !future.complete(received)) {
                    IntStream.of(received.fds()).forEach(FileIo::close);
                }
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "the manager's answers cannot be read", e);
        }
        lost = true;
        failAll(); // before onLost, which needs a lock that a caller may hold while it waits for its answer
        if (!closing) {
            onLost.run();
        }
        failAll();
    }

    private void failAll() {
        for (Long id : waiting.keySet()) {
            CompletableFuture<Received<Reply>> future = waiting.remove(id);
            if (future != null) {
                future.completeExceptionally(lost(null));
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
}
