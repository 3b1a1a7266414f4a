// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import dev.remap.linux.Pidfd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Where a manager can be killed on purpose, to show that another can go on from there: before and after each {@link PageTransition}.
 * All that a manager does to a page lies between two of them.
 *
 * <p>The plan is a file that the system property {@value #PLAN_PROPERTY} names: {@code after PUBLISH 20} kills the process, as SIGKILL
 * does, when a page has been published for the 20th time. Without the property the compiler removes what asks.
 */
public final class CrashPoints {
    /** The system property that names the file of the plan. */
    public static final String PLAN_PROPERTY = "dev.remap.crash.plan";

    private static final @Nullable Plan PLAN = Plan.read();

    private CrashPoints() {}

    static void before(int from, int to) {
        if (PLAN != null) {
            PLAN.reached(false, from, to);
        }
    }

    static void after(int from, int to) {
        if (PLAN != null) {
            PLAN.reached(true, from, to);
        }
    }

    /** When to die. */
    private record Plan(boolean isAfter, PageTransition transition, long count, AtomicLong reached) {
        static @Nullable Plan read() {
            String name = System.getProperty(PLAN_PROPERTY);
            if (name == null || !Files.exists(Path.of(name))) {
                return null;
            }
            try {
                String[] words = Files.readString(Path.of(name)).strip().split(" ", -1);
                PageTransition transition = PageTransition.valueOf(words[1]);
                return new Plan(words[0].equals("after"), transition, Long.parseLong(words[2]), new AtomicLong());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void reached(boolean after, int from, int to) {
            if (after == isAfter
                    && from == transition.from()
                    && to == transition.to()
                    && reached.incrementAndGet() == count) {
                int self = (int) ProcessHandle.current().pid();
                Pidfd.sendSignal((int) Pidfd.open(self), Pidfd.SIGKILL);
                Runtime.getRuntime().halt(1); // not reached
            }
        }
    }
}
