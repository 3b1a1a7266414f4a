// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.reclaim.Zapper;
import dev.remap.wire.AgentMessage;
import dev.remap.wire.Connection;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The application's agent thread as the manager sees it. At most {@value #MAX_UNANSWERED} requests are on their way: an agent whose JVM is
 * stopped at a safepoint answers late, and what it misses is only a chance to learn about touches.
 */
final class ApplicationAgent implements Zapper, Runnable {
    private static final int MAX_UNANSWERED = 8;

    private final Connection<AgentMessage, AgentMessage> channel;
    private final AtomicLong answered = new AtomicLong();
    private long sent;

    ApplicationAgent(Connection<AgentMessage, AgentMessage> channel) {
        this.channel = channel;
    }

    @Override
    public boolean zap(long[] starts, long[] lengths, int count) {
        if (sent - answered.get() >= MAX_UNANSWERED) {
            return false;
        }
        try {
            AgentMessage zap =
                    new AgentMessage.Zap(sent + 1, Arrays.copyOf(starts, count), Arrays.copyOf(lengths, count));
            if (!channel.trySend(0, zap)) {
                return false;
            }
            sent++;
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Takes the answers in. */
    @Override
    public void run() {
        try {
            for (var answer = channel.receive(); answer != null; answer = channel.receive()) {
                answered.incrementAndGet();
            }
        } catch (IOException e) {
            System.getLogger(ApplicationAgent.class.getName())
                    .log(System.Logger.Level.DEBUG, "the application's agent is gone", e);
        }
    }
}
