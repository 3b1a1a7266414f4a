// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.faults;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which calls fail, and how: text such as {@code seed=7;board=FILE;uffd.copy:EAGAIN@1/50;file.read:hang(2s)@1/1000*3}. The same plan
 * strikes the same calls, counted at each rule, so that a run can be repeated.
 *
 * <p>A rule is a point, an effect, one call of how many, and, if not without limit, how often at most. Without a board all rules are on.
 */
public final class FaultPlan {
    private final List<FaultRule> rules = new ArrayList<>();
    private long seed = 1;
    private @Nullable Path board;

    private FaultPlan() {}

    /**
     * A plan of this text.
     *
     * @throws IllegalArgumentException if it is not understood
     */
    public static FaultPlan parse(String text) {
        FaultPlan plan = new FaultPlan();
        for (String part : text.split(";")) {
            if (part.startsWith("seed=")) {
                plan.seed = Long.parseLong(part.substring("seed=".length()));
            } else if (part.startsWith("board=")) {
                plan.board = Path.of(part.substring("board=".length()));
            } else if (!part.isBlank()) {
                plan.rules.add(FaultRule.parse(part, plan.rules.size(), plan.seed));
            }
        }
        if (plan.rules.size() > FaultBoard.MAX_RULES) {
            throw new IllegalArgumentException(
                    plan.rules.size() + " rules; a plan has at most " + FaultBoard.MAX_RULES);
        }
        return plan;
    }

    /** The name of each rule, where and what, by its number. */
    public List<String> names() {
        return rules.stream().map(FaultRule::name).toList();
    }

    List<FaultRule> rules() {
        return rules;
    }

    /** The board that the plan names; one of its own if it names none. */
    FaultBoard openBoard() {
        Path file = board;
        return file == null ? FaultBoard.unshared() : FaultBoard.open(file);
    }
}
