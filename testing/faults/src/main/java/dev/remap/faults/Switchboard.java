// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.faults;

import dev.remap.linux.CallInterceptor;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What is to fail in this process: system calls and tiers ask it at each of their points. */
final class Switchboard {
    /** By the plan in the property {@value CallInterceptor#PLAN_PROPERTY}; without one nothing fails. */
    static final Switchboard PROCESS =
            new Switchboard(FaultPlan.parse(System.getProperty(CallInterceptor.PLAN_PROPERTY, "")));

    private final FaultBoard board;
    private final Map<FaultPoint, List<FaultRule>> rules = new EnumMap<>(FaultPoint.class);
    private final ThreadLocal<SplittableRandom> random = ThreadLocal.withInitial(SplittableRandom::new);

    Switchboard(FaultPlan plan) {
        board = plan.openBoard();
        for (FaultRule rule : plan.rules()) {
            rules.computeIfAbsent(rule.point(), point -> new ArrayList<>()).add(rule);
        }
    }

    /** What is to happen to a call that is made now, or null. Whoever carries it out says so: {@link #struck}. */
    @Nullable
    FaultRule next(FaultPoint point) {
        List<FaultRule> here = rules.get(point);
        if (here == null) {
            return null;
        }
        for (FaultRule rule : here) {
            if (board.isOn(rule.number()) && rule.strikes()) {
                return rule;
            }
        }
        return null;
    }

    /** Counts a rule that was carried out. */
    void struck(FaultRule rule) {
        board.count(rule.number());
    }

    /** Counts and waits. */
    void delay(FaultRule rule) {
        struck(rule);
        board.addDelays(1);
        try {
            long began = System.nanoTime();
            long left = rule.effect().delayNs();
            while (left > 0) {
                LockSupport.parkNanos(left);
                left = rule.effect().delayNs() - (System.nanoTime() - began);
            }
        } finally {
            board.addDelays(-1);
        }
    }

    /** From 0 to below {@code bound}, which is positive. */
    int random(int bound) {
        return random.get().nextInt(bound);
    }
}
