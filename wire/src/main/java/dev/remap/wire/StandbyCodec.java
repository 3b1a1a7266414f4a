// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import static dev.remap.wire.WireWriter.begin;

import dev.remap.wire.StandbyMessage.Drop;
import dev.remap.wire.StandbyMessage.Farewell;
import dev.remap.wire.StandbyMessage.Keep;
import dev.remap.wire.StandbyMessage.Ready;
import java.lang.foreign.MemorySegment;

/** {@link StandbyMessage} to bytes and back: the fields of each in the order of its record. */
public final class StandbyCodec {
    private StandbyCodec() {}

    /** Writes a message from the buffer's start; answers its length. */
    public static long encode(long requestId, StandbyMessage message, MemorySegment buffer) throws WireException {
        WireWriter written = switch (message) {
            case Keep m ->
                begin(buffer, MessageType.KEEP).putString(m.key()).putBytes(m.value(), Protocol.MAX_KEPT_BYTES);
            case Drop m -> begin(buffer, MessageType.DROP).putString(m.key());
            case Ready() -> begin(buffer, MessageType.READY);
            case Farewell() -> begin(buffer, MessageType.FAREWELL);
        };
        return written.finish(requestId);
    }

    /** Reads the message in the buffer's first {@code length} bytes; its {@link Received#fds()} are empty. */
    public static Received<StandbyMessage> decode(MemorySegment buffer, long length) throws WireException {
        WireReader in = WireReader.open(buffer, length);
        StandbyMessage message = switch (in.type()) {
            case KEEP -> new Keep(in.getString(), in.getBytes(Protocol.MAX_KEPT_BYTES));
            case DROP -> new Drop(in.getString());
            case READY -> new Ready();
            case FAREWELL -> new Farewell();
            default -> throw in.misplaced("a message of a standby's channel");
        };
        return in.finish(message);
    }
}
