// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** The four kinds of connection, so that one test can go over all of them. */
enum Channel {
    REQUESTS,
    REPLIES,
    AGENT,
    STANDBY;

    static Channel of(Object message) {
        return switch (message) {
            case Request _ -> REQUESTS;
            case Reply _ -> REPLIES;
            case AgentMessage _ -> AGENT;
            default -> STANDBY;
        };
    }

    static long encode(long requestId, Object message, MemorySegment buffer) throws WireException {
        return switch (message) {
            case Request request -> RequestCodec.encode(requestId, request, buffer);
            case Reply reply -> ReplyCodec.encode(requestId, reply, buffer);
            case AgentMessage agent -> AgentCodec.encode(requestId, agent, buffer);
            case KeeperMessage standby -> KeeperCodec.encode(requestId, standby, buffer);
            default -> throw new IllegalArgumentException(message.toString());
        };
    }

    static byte[] bytes(long requestId, Object message) throws WireException {
        byte[] buffer = new byte[Protocol.MAX_MESSAGE_BYTES];
        return Arrays.copyOf(buffer, (int) encode(requestId, message, MemorySegment.ofArray(buffer)));
    }

    /** Decodes from a segment that ends where the message does, so that a read behind it cannot pass unseen. */
    Received<?> decode(byte[] bytes) throws WireException {
        return decode(MemorySegment.ofArray(bytes), bytes.length);
    }

    Received<?> decode(MemorySegment buffer, long length) throws WireException {
        return switch (this) {
            case REQUESTS -> RequestCodec.decode(buffer, length);
            case REPLIES -> ReplyCodec.decode(buffer, length);
            case AGENT -> AgentCodec.decode(buffer, length);
            case STANDBY -> KeeperCodec.decode(buffer, length);
        };
    }
}
