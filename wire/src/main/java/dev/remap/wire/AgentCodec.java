// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import static dev.remap.wire.WireWriter.begin;

import dev.remap.wire.AgentMessage.Zap;
import dev.remap.wire.AgentMessage.ZapDone;
import java.lang.foreign.MemorySegment;

/** {@link AgentMessage} to bytes and back: the fields of each in the order of its record. */
public final class AgentCodec {
    private AgentCodec() {}

    /** Writes a message from the buffer's start; answers its length. */
    public static long encode(long requestId, AgentMessage message, MemorySegment buffer) throws WireException {
        WireWriter written = switch (message) {
            case Zap m ->
                begin(buffer, MessageType.ZAP)
                        .putLong(m.sequence())
                        .putLongs(m.starts(), Protocol.MAX_RANGES)
                        .putLongs(m.lengths(), Protocol.MAX_RANGES);
            case ZapDone m ->
                begin(buffer, MessageType.ZAP_DONE).putLong(m.sequence()).putInt(m.result());
        };
        return written.finish(requestId);
    }

    /** Reads the message in the buffer's first {@code length} bytes; its {@link Received#fds()} are empty. */
    public static Received<AgentMessage> decode(MemorySegment buffer, long length) throws WireException {
        WireReader in = WireReader.open(buffer, length);
        AgentMessage message = switch (in.type()) {
            case ZAP -> getZap(in);
            case ZAP_DONE -> new ZapDone(in.getLong(), in.getInt());
            default -> throw in.misplaced("an agent's message");
        };
        return in.finish(message);
    }

    private static Zap getZap(WireReader in) throws WireException {
        long sequence = in.getLong();
        long[] starts = in.getLongs(Protocol.MAX_RANGES);
        long[] lengths = in.getLongs(Protocol.MAX_RANGES);
        if (starts.length != lengths.length) {
            throw in.refuse(MessageHeaderLayout.BYTES, starts.length + " starts, " + lengths.length + " lengths");
        }
        return new Zap(sequence, starts, lengths);
    }
}
