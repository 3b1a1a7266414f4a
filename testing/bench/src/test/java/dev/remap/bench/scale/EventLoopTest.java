// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventLoopTest {
    private final EventLoop loop = new EventLoop();
    private final List<String> done = new ArrayList<>();

    @Test
    void actionsComeInOrderOfTimeAndThoseOfOneTimeInTheOrderTheyWereAskedFor() {
        note(20, "c");
        note(10, "a");
        note(10, "b");
        loop.runUntil(100);
        assertThat(done).containsExactly("a at 10", "b at 10", "c at 20");
        assertThat(loop.nowNs()).isEqualTo(100);
    }

    @Test
    void whatIsNotDueYetWaitsForTheNextRun() {
        note(10, "a");
        note(30, "b");
        loop.runUntil(20);
        assertThat(done).containsExactly("a at 10");
        loop.runUntil(30);
        assertThat(done).containsExactly("a at 10", "b at 30");
    }

    @Test
    void noActionComesBeforeNow() {
        assertThatThrownBy(() -> loop.after(-1, () -> done.add("never"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> loop.after(Double.NaN, () -> done.add("never")))
                .isInstanceOf(IllegalArgumentException.class);
        loop.runUntil(10);
        assertThat(done).isEmpty();
    }

    private void note(double delayNs, String what) {
        loop.after(delayNs, () -> done.add(what + " at " + (int) loop.nowNs()));
    }
}
