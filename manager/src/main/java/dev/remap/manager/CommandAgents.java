// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.migrate.CommandException;
import dev.remap.core.migrate.FailureAction;
import dev.remap.core.migrate.RangeCommands;
import dev.remap.core.page.DramBudget;
import dev.remap.core.page.PageEvents;
import dev.remap.core.page.UserfaultfdMm;
import dev.remap.core.reclaim.ReclaimAgent;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The threads that carry out commands which may wait, each with its own {@link RangeCommands}. Hints beyond {@value #MAX_HINTS} waiting
 * commands are dropped.
 */
final class CommandAgents {
    private static final System.Logger LOG = System.getLogger(CommandAgents.class.getName());
    private static final int THREADS = 4;
    private static final int MAX_HINTS = 256;

    /** A command; its exceptions are its own to report. */
    interface Command {
        void run(RangeCommands commands) throws CommandException;
    }

    private final LinkedBlockingQueue<Command> queue = new LinkedBlockingQueue<>();

    CommandAgents(int uffd, DramBudget budget, PageEvents events, ReclaimAgent reclaim, FailureAction failures) {
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(
                    () -> work(new RangeCommands(new UserfaultfdMm(uffd), budget, events, reclaim, failures)),
                    "remap-command-" + i);
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Has a thread carry a command out. */
    void submit(Command command) {
        queue.add(command);
    }

    /** Has a thread carry a hint out, unless there is too much to do. */
    void hint(Command command) {
        if (queue.size() < MAX_HINTS) {
            queue.add(command);
        }
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
