// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.faults;

import dev.remap.linux.Errno;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a fault does.
 *
 * @param kind how the call is changed
 * @param errno the error's number, for {@link Kind#ERROR} and {@link Kind#LATE}
 * @param delayNs for {@link Kind#DELAY}
 */
record FaultEffect(Kind kind, int errno, long delayNs) {
    /** How a call is changed. */
    enum Kind {
        /** It fails and does nothing. */
        ERROR,
        /** It does all it was asked to, and then says that it failed. */
        LATE,
        /** It does a part, and says how much. */
        SHORT,
        /** One bit of what it moves is another. */
        WRONG,
        /** It takes longer. */
        DELAY,
        /** The message is lost without anybody being told. */
        LOSS,
        /** The message is made of random bytes. */
        GARBAGE
    }

    private static final int ERRNOS = 133;
    private static final Pattern WITH_ARGUMENT = Pattern.compile("(slow|hang|late)\\(([0-9A-Za-z]+)\\)");
    private static final Pattern TIME = Pattern.compile("([0-9]{1,9})(us|ms|s)");

    static FaultEffect parse(String text) {
        Matcher argument = WITH_ARGUMENT.matcher(text);
        if (argument.matches()) {
            return argument.group(1).equals("late")
                    ? new FaultEffect(Kind.LATE, errnoOf(argument.group(2)), 0)
                    : new FaultEffect(Kind.DELAY, 0, nanos(argument.group(2)));
        }
        return switch (text) {
            case "short" -> new FaultEffect(Kind.SHORT, 0, 0);
            case "wrong" -> new FaultEffect(Kind.WRONG, 0, 0);
            case "loss" -> new FaultEffect(Kind.LOSS, 0, 0);
            case "garbage" -> new FaultEffect(Kind.GARBAGE, 0, 0);
            default -> new FaultEffect(Kind.ERROR, errnoOf(text), 0);
        };
    }

    private static int errnoOf(String name) {
        for (int errno = 1; errno <= ERRNOS; errno++) {
            if (Errno.name(errno).equals(name)) {
                return errno;
            }
        }
        throw new IllegalArgumentException(
                "no effect is called \"" + name
                        + "\"; there are: the name of an errno, late(errno), short, wrong, slow(time), hang(time), loss, garbage");
    }

    private static long nanos(String text) {
        Matcher time = TIME.matcher(text);
        if (!time.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is no time, as 20ms or 3s are");
        }
        long unit = switch (time.group(2)) {
            case "us" -> 1_000;
            case "ms" -> 1_000_000;
            default -> 1_000_000_000;
        };
        return Long.parseLong(time.group(1)) * unit;
    }
}
