// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RoundTripTest {
    private static final int ROUNDS = 500;

    private final long seed = Long.getLong("remap.seed", System.nanoTime());
    private final RandomMessages messages = new RandomMessages(new Random(seed), Integer.MAX_VALUE);

    @Test
    void everyMessageIsReadAsItWasWritten() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            for (Object message : messages.all()) {
                long requestId = messages.l();
                Received<?> received = Channel.of(message).decode(Channel.bytes(requestId, message));
                assertThat(received)
                        .as("-Dremap.seed=%d, round %d", seed, round)
                        .isEqualTo(new Received<>(requestId, message, new int[0]));
            }
        }
    }

    @Test
    void theSamplesHaveOneOfEveryKind() {
        Set<Class<?>> kinds = new HashSet<>();
        for (Class<?> family : List.of(Request.class, Reply.class, AgentMessage.class, KeeperMessage.class)) {
            kinds.addAll(List.of(family.getPermittedSubclasses()));
        }
        Set<Class<?>> sampled = new HashSet<>();
        messages.all().forEach(message -> sampled.add(message.getClass()));
        assertThat(sampled).isEqualTo(kinds).hasSameSizeAs(MessageType.values());
    }

    @Test
    void messagesWithArraysAreEqualByContent() {
        Request.Load load = new Request.Load(1, 2, true, 3, new long[] {4, 5});
        assertThat(load)
                .isEqualTo(new Request.Load(1, 2, true, 3, new long[] {4, 5}))
                .hasSameHashCodeAs(new Request.Load(1, 2, true, 3, new long[] {4, 5}))
                .isNotEqualTo(new Request.Load(1, 2, true, 3, new long[] {4, 6}))
                .hasToString("Load[region=1, timeoutNs=2, hint=true, lengthEach=3, 2 offsets]");
        AgentMessage.Zap zap = new AgentMessage.Zap(1, new long[] {2}, new long[] {3});
        assertThat(zap)
                .isEqualTo(new AgentMessage.Zap(1, new long[] {2}, new long[] {3}))
                .hasSameHashCodeAs(new AgentMessage.Zap(1, new long[] {2}, new long[] {3}))
                .isNotEqualTo(new AgentMessage.Zap(1, new long[] {2}, new long[] {4}))
                .hasToString("Zap[sequence=1, 1 ranges]");
    }
}
