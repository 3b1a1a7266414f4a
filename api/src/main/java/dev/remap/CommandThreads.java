// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Platform threads that wait in system calls in others' stead: for commands that are not to be waited for, and for virtual threads, which
 * would keep their carriers. At most 8, which end when they are idle; behind 1024 waiting commands, and after {@link #close}, the caller
 * runs its command itself. Thread-safe.
 */
final class CommandThreads implements AutoCloseable {
    private static final int THREADS = 8;
    private static final int WAITING = 1024;
    private static final long IDLE_SECONDS = 10;

    private final ThreadPoolExecutor executor = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().daemon().name("remap-mmap-", 0).factory(),
            (command, _) -> command.run());

    CommandThreads() {
        executor.allowCoreThreadTimeOut(true);
    }

    /** What may block in a system call. Answers a number that is the command's own. */
    interface Command {
        long run() throws RemapException;
    }

    /** Runs a command and waits for it; a virtual thread gives its carrier back meanwhile. */
    long call(Command command) throws RemapException {
        if (!Thread.currentThread().isVirtual()) {
            return command.run();
        }
        try {
            return submit(command).join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case RemapException refusal -> throw refusal;
                case RuntimeException wrong -> throw wrong;
                case Error error -> throw error;
                case null, default -> throw e;
            }
        }
    }

    /** Has a command run; the answer fails with what it throws. */
    CompletableFuture<Long> submit(Command command) {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                answer.complete(command.run());
            } catch (RemapException | RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
