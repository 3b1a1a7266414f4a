// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.migrate.CommandException;
import dev.remap.core.page.DramBudget;
import dev.remap.core.page.PagedRegion;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Requests about the DRAM budget. Block. */
final class BudgetRequests {
    private static final long PAGE = PagedRegion.PAGE_SIZE;
    private static final long BUDGET_STEP_NS = 1_000_000;

    private final DramBudget budget;
    private final @Nullable BrokerLink broker;

    BudgetRequests(DramBudget budget, @Nullable BrokerLink broker) {
        this.budget = budget;
        this.broker = broker;
    }

    /** Lowers the limit at once; raises it if that is not a broker's to do. Answers when no more is in use. */
    Reply set(Request.SetBudget set) throws CommandException {
        long pages = set.dramBytes() / PAGE;
        if (pages < DramBudget.MIN_LIMIT_PAGES) {
            throw new CommandException(ErrorCode.INVALID, DramBudget.arithmetic(pages), "Ask for more.");
        }
        if (broker != null) {
            broker.wish(pages * PAGE, pages > budget.limit());
        }
        if (broker == null || pages < budget.limit()) {
            budget.limit(pages);
        }
        long startNs = System.nanoTime();
        while (budget.used() > budget.limit()) {
            if (System.nanoTime() - startNs > set.timeoutNs()) {
                throw new CommandException(
                        ErrorCode.DEADLINE,
                        "the DRAM budget is " + budget.limit() * PAGE + " bytes now, and " + budget.used() * PAGE
                                + " are in use, of which tiers have " + budget.tierPages() * PAGE,
                        "Nothing comes in before enough has left. Tiers below without room, and pins, keep pages in DRAM.");
            }
            LockSupport.parkNanos(BUDGET_STEP_NS);
        }
        return new Reply.Done(budget.limit() * PAGE);
    }
}
