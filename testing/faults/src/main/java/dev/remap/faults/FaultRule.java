// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.faults;

import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One line of a plan: where, what, and of how many calls one. Which of them is determined by the plan's seed and the count of calls. */
final class FaultRule {
    private static final Pattern TEXT = Pattern.compile("([a-z]+\\.[a-z]+):([^@]+)@1/([0-9]{1,9})(?:\\*([0-9]{1,9}))?");
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final String name;
    private final FaultPoint point;
    private final FaultEffect effect;
    private final long every;
    private final long limit;
    private final int number;
    private final long seed;
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong strikes = new AtomicLong();

    private FaultRule(Matcher text, int number, long seed) {
        name = text.group(1) + ":" + text.group(2);
        point = FaultPoint.of(text.group(1));
        effect = FaultEffect.parse(text.group(2));
        every = Math.max(1, Long.parseLong(text.group(3)));
        limit = text.group(4) == null ? Long.MAX_VALUE : Long.parseLong(text.group(4));
        this.number = number;
        this.seed = seed;
    }

    static FaultRule parse(String text, int number, long seed) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no fault; one looks like file.read:EIO@1/50, or file.read:hang(2s)@1/1000*3");
        }
        return new FaultRule(matcher, number, seed);
    }

    /** Counts a call; whether it is one of those that fail. */
    boolean strikes() {
        long call = calls.incrementAndGet();
        return Long.remainderUnsigned(spread(seed + number * GOLDEN + call), every) == 0
                && strikes.getAndIncrement() < limit;
    }

    /** Where it strikes and what it does, as the plan has it. */
    String name() {
        return name;
    }

    FaultPoint point() {
        return point;
    }

    FaultEffect effect() {
        return effect;
    }

    /** Its place in the plan, from 0. */
    int number() {
        return number;
    }

    /** Every bit of the argument moves every bit of the result: the finalizer of SplitMix64. */
    static long spread(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }
}
