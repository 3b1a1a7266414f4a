// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.dmirror;

import dev.remap.driver.mm.Vma;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The regions that a device watches: each from the first command about it until it is closed. Thread-safe, by the commands coming one at
 * a time and an unbinding device getting none.
 */
final class Mirrors implements AutoCloseable {
    private final Function<Vma, Mirror> begin;
    private final Map<Vma, Mirror> byVma = new HashMap<>();

    Mirrors(Function<Vma, Mirror> begin) {
        this.begin = begin;
    }

    /** The mirror of a region. Closes those of closed regions: their last event cannot, as a notifier's end waits for it. */
    synchronized Mirror of(Vma vma) {
        dropGone();
        return byVma.computeIfAbsent(vma, begin);
    }

    private void dropGone() {
        List<Mirror> gone = byVma.values().stream().filter(Mirror::isGone).toList();
        byVma.values().removeAll(gone);
        gone.forEach(Mirror::close);
    }

    /** All there are. */
    synchronized List<Mirror> all() {
        dropGone();
        return new ArrayList<>(byVma.values());
    }

    @Override
    public synchronized void close() {
        byVma.values().forEach(Mirror::close);
        byVma.clear();
    }
}
