// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import static dev.remap.wire.WireWriter.begin;

import dev.remap.wire.KeeperMessage.Claim;
import dev.remap.wire.KeeperMessage.Claimed;
import dev.remap.wire.KeeperMessage.Drop;
import dev.remap.wire.KeeperMessage.Farewell;
import dev.remap.wire.KeeperMessage.Keep;
import dev.remap.wire.KeeperMessage.Peer;
import dev.remap.wire.KeeperMessage.Ready;
import dev.remap.wire.KeeperMessage.Release;
import dev.remap.wire.KeeperMessage.Serve;
import dev.remap.wire.KeeperMessage.Wish;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@link KeeperMessage} to bytes and back: the fields of each in the order of its record. */
public final class KeeperCodec {
    private KeeperCodec() {}

    /** Writes a message from the buffer's start; answers its length. */
    public static long encode(long requestId, KeeperMessage message, MemorySegment buffer) throws WireException {
        WireWriter written = switch (message) {
            case Keep m ->
                begin(buffer, MessageType.KEEP).putString(m.key()).putBytes(m.value(), Protocol.MAX_KEPT_BYTES);
            case Drop m -> begin(buffer, MessageType.DROP).putString(m.key());
            case Release m -> begin(buffer, MessageType.RELEASE).putString(m.key());
            case Ready() -> begin(buffer, MessageType.READY);
            case Farewell() -> begin(buffer, MessageType.FAREWELL);
            case Serve m -> putServe(buffer, m);
            case Claim m ->
                begin(buffer, MessageType.CLAIM)
                        .putInt(m.code())
                        .putString(m.name())
                        .putString(m.schema());
            case Claimed m ->
                begin(buffer, MessageType.CLAIMED)
                        .putInt(m.error())
                        .putString(m.what())
                        .putString(m.remedy());
            case Peer m -> begin(buffer, MessageType.PEER).putBoolean(m.writable());
            case Wish m -> begin(buffer, MessageType.WISH).putLong(m.dramBytes());
        };
        return written.finish(requestId);
    }

    /** Reads the message in the buffer's first {@code length} bytes; its {@link Received#fds()} are empty. */
    public static Received<KeeperMessage> decode(MemorySegment buffer, long length) throws WireException {
        WireReader in = WireReader.open(buffer, length);
        KeeperMessage message = switch (in.type()) {
            case KEEP -> new Keep(in.getString(), in.getBytes(Protocol.MAX_KEPT_BYTES));
            case DROP -> new Drop(in.getString());
            case RELEASE -> new Release(in.getString());
            case READY -> new Ready();
            case FAREWELL -> new Farewell();
            case SERVE -> getServe(in);
            case CLAIM -> new Claim(in.getInt(), in.getString(), in.getString());
            case CLAIMED -> new Claimed(in.getInt(), in.getString(), in.getString());
            case PEER -> new Peer(in.getBoolean());
            case WISH -> new Wish(in.getLong());
            default -> throw in.misplaced("a message of a keeper's channel");
        };
        return in.finish(message);
    }

    /** A message as bytes of its own, for {@link #fromBytes}. */
    public static byte[] toBytes(KeeperMessage message) throws WireException {
        MemorySegment buffer = MemorySegment.ofArray(new byte[Protocol.MAX_MESSAGE_BYTES]);
        long length = encode(0, message, buffer);
        return buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /** The message that {@link #toBytes} made bytes of. */
    public static KeeperMessage fromBytes(byte[] bytes) throws WireException {
        return decode(MemorySegment.ofArray(bytes), bytes.length).message();
    }

    private static WireWriter putServe(MemorySegment buffer, Serve m) throws WireException {
        return begin(buffer, MessageType.SERVE)
                .putInt(m.pid())
                .putLong(m.dramBytes())
                .putString(m.spillDirectory())
                .putLong(m.spillMaxBytes())
                .putBoolean(m.standby())
                .putBoolean(m.rehearse())
                .putInt(m.maxRegions())
                .putLong(m.maxRegionBytes())
                .putInt(m.maxFiles())
                .putString(m.region());
    }

    private static Serve getServe(WireReader in) throws WireException {
        return new Serve(
                in.getInt(),
                in.getLong(),
                in.getString(),
                in.getLong(),
                in.getBoolean(),
                in.getBoolean(),
                in.getInt(),
                in.getLong(),
                in.getInt(),
                in.getString());
    }
}
