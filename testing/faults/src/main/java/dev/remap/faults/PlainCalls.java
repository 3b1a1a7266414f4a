// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.faults;

import dev.remap.linux.CallInterceptor.Kernel;

/** Calls that fail, fail late, or take longer, and move no bytes that could be others. */
final class PlainCalls {
    private final Switchboard board;

    PlainCalls(Switchboard board) {
        this.board = board;
    }

    long call(Kernel kernel, FaultPoint point, int number, long a, long b, long c, long d, long e, long f) {
        FaultRule rule = board.next(point);
        if (rule == null) {
            return kernel.call(number, a, b, c, d, e, f);
        }
        switch (rule.effect().kind()) {
            case ERROR -> {
                board.struck(rule);
                return -rule.effect().errno();
            }
            case LATE -> {
                board.struck(rule);
                long result = kernel.call(number, a, b, c, d, e, f);
                return result < 0 ? result : -rule.effect().errno();
            }
            case DELAY -> board.delay(rule);
            default -> throw new IllegalStateException(rule.name() + " has no meaning");
        }
        return kernel.call(number, a, b, c, d, e, f);
    }
}
