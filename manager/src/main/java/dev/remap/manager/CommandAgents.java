// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.migrate.CommandException;
import dev.remap.core.migrate.FailureAction;
import dev.remap.core.migrate.RangeCommands;
import dev.remap.core.page.DramBudget;
import dev.remap.core.page.Mm;
import dev.remap.core.page.PageEvents;
import dev.remap.core.reclaim.ReclaimAgent;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * The threads that carry out commands which may wait, each with its own {@link RangeCommands}. Hints beyond {@value #MAX_HINTS} waiting
 * commands are dropped; once other commands of {@value #MOST_WAITING_BYTES} bytes wait, so does who has another.
 */
final class CommandAgents {
    private static final System.Logger LOG = System.getLogger(CommandAgents.class.getName());
    private static final int THREADS = 4;
    private static final int EXIT_AGENT_DIED = 71;
    private static final int MAX_HINTS = 128;
    private static final int MOST_WAITING_BYTES = 8 << 20;

    /** A command; its exceptions are its own to report. */
    interface Command {
        void run(RangeCommands commands) throws CommandException;
    }

    private final LinkedBlockingQueue<Command> queue = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore(MOST_WAITING_BYTES);
    private final Supplier<RangeCommands> ranges;

    /** Agents; each thread has an {@link Mm} of its own. */
    CommandAgents(
            Supplier<Mm> mms, DramBudget budget, PageEvents events, ReclaimAgent reclaim, FailureAction failures) {
        ranges = () -> new RangeCommands(mms.get(), budget, events, reclaim, failures);
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(() -> work(ranges.get()), "remap-command-" + i);
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler(CommandAgents::endManager);
            thread.start();
        }
    }

    /** Commands for one more thread, for what need not wait. */
    RangeCommands newRangeCommands() {
        return ranges.get();
    }

    /**
     * Has a thread carry a command out.
     *
     * @param bytes about what it occupies while it waits
     */
    void submit(Command command, int bytes) {
        room.acquireUninterruptibly(bytes);
        queue.add(commands -> {
            room.release(bytes);
            command.run(commands);
        });
    }

    /** Has a thread carry a hint out, unless there is too much to do. */
    void hint(Command command) {
        if (queue.size() < MAX_HINTS) {
            queue.add(command);
        }
    }

    /** A manager that answers some commands and others not is worse than none. */
    private static void endManager(Thread which, Throwable cause) {
        LOG.log(System.Logger.Level.ERROR, which.getName() + " failed; the manager ends", cause);
        ScratchDirectory.remove();
        Runtime.getRuntime().halt(EXIT_AGENT_DIED);
    }

    private void work(RangeCommands commands) {
        while (true) {
            try {
                queue.take().run(commands);
            } catch (InterruptedException e) {
                return;
            } catch (CommandException | RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "a command failed without an answer", e);
            }
        }
    }
}
