// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.reclaim;

import dev.remap.core.page.Mapper;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The agent threads of all that have mapped a shared region. From outside the kernel unmaps no page that two processes have mapped.
 * Confined to the reclaim agent, but for coming and going.
 */
public final class SharedZapper implements Zapper {
    private final CopyOnWriteArrayList<Agent> agents = new CopyOnWriteArrayList<>();
    private long[] translated = {};

    private record Agent(Mapper mapper, Zapper zapper) {}

    /** Of nobody. */
    public SharedZapper() {}

    /** Asks one more. */
    public void add(Mapper mapper, Zapper zapper) {
        agents.add(new Agent(mapper, zapper));
    }

    /** Asks one fewer: its addresses may be something else's from when the reclaim agent has run a task. */
    public void remove(Mapper mapper) {
        agents.removeIf(agent -> agent.mapper() == mapper);
    }

    @Override
    public boolean zap(long[] starts, long[] lengths, int count) {
        if (translated.length < count) {
            translated = new long[count];
        }
        boolean all = true;
        for (Agent agent : agents) {
            for (int i = 0; i < count; i++) {
                translated[i] = agent.mapper().translate(starts[i]);
            }
            all &= agent.zapper().zap(translated, lengths, count);
        }
        return all;
    }
}
