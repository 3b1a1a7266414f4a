// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.remap.RemapException;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Assertions on calls that Remap refuses. */
final class Refusals {
    private static final int SHORTEST_SENTENCE = 25;

    private Refusals() {}

    /** Checks the category; the result is the message, for what else it must say. */
    static AbstractStringAssert<?> refused(RemapException.Category category, ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(RemapException.class);
        RemapException refusal = (RemapException) thrown;
        assertThat(refusal.category()).as(refusal.toString()).isEqualTo(category);
        return assertThat(refusal.getMessage())
                .contains("[" + category + "]")
                .hasSizeGreaterThan(category.name().length() + SHORTEST_SENTENCE);
    }
}
