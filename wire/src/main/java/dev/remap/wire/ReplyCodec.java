// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import static dev.remap.wire.WireWriter.begin;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.remap.wire.Reply.Admitted;
import dev.remap.wire.Reply.DeviceList;
import dev.remap.wire.Reply.Done;
import dev.remap.wire.Reply.Failed;
import dev.remap.wire.Reply.FailureList;
import dev.remap.wire.Reply.RegionCreated;
import dev.remap.wire.Reply.RegionFound;
import dev.remap.wire.Reply.TakenOver;
import dev.remap.wire.Reply.Welcome;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** {@link Reply} to bytes and back: the fields of each in the order of its record. */
public final class ReplyCodec {
    private ReplyCodec() {}

    /** Writes a message from the buffer's start; answers its length. */
    public static long encode(long requestId, Reply reply, MemorySegment buffer) throws WireException {
        WireWriter written = switch (reply) {
            case Done m -> begin(buffer, MessageType.DONE).putLong(m.value());
            case Failed m -> putFailed(buffer, m);
            case Welcome m -> putWelcome(buffer, m);
            case RegionCreated m -> begin(buffer, MessageType.REGION_CREATED).putInt(m.region());
            case TakenOver m ->
                begin(buffer, MessageType.TAKEN_OVER).putLong(m.takeovers()).putLong(m.managerPid());
            case FailureList m -> putFailureList(buffer, m);
            case Admitted m ->
                begin(buffer, MessageType.ADMITTED, m.version())
                        .putLong(m.dramBytes())
                        .putString(m.terms());
            case RegionFound m ->
                begin(buffer, MessageType.REGION_FOUND).putLong(m.sizeBytes()).putInt(m.failurePolicy());
            case DeviceList m -> putDeviceList(buffer, m);
        };
        return written.finish(requestId);
    }

    /** Reads the message in the buffer's first {@code length} bytes; its {@link Received#fds()} are empty. */
    public static Received<Reply> decode(MemorySegment buffer, long length) throws WireException {
        WireReader in = WireReader.open(buffer, length);
        Reply reply = switch (in.type()) {
            case DONE -> new Done(in.getLong());
            case FAILED -> new Failed(in.getInt(), in.getString(), in.getString());
            case WELCOME -> new Welcome(in.version(), in.getLong());
            case REGION_CREATED -> new RegionCreated(in.getInt());
            case TAKEN_OVER -> new TakenOver(in.getLong(), in.getLong());
            case FAILURE_LIST -> getFailureList(in);
            case ADMITTED -> new Admitted(in.version(), in.getLong(), in.getString());
            case REGION_FOUND -> new RegionFound(in.getLong(), in.getInt());
            case DEVICE_LIST -> getDeviceList(in);
            default -> throw in.misplaced("a reply");
        };
        return in.finish(reply);
    }

    // Frozen, see MessageType.isReadByEveryVersion.
    private static WireWriter putFailed(MemorySegment buffer, Failed m) throws WireException {
        return begin(buffer, MessageType.FAILED)
                .putInt(m.code())
                .putString(m.what())
                .putString(m.remedy());
    }

    // Frozen, see MessageType.isReadByEveryVersion. The version is the header's.
    private static WireWriter putWelcome(MemorySegment buffer, Welcome m) throws WireException {
        return begin(buffer, MessageType.WELCOME, m.version()).putLong(m.managerPid());
    }

    private static WireWriter putFailureList(MemorySegment buffer, FailureList m) throws WireException {
        WireWriter out = begin(buffer, MessageType.FAILURE_LIST);
        out.putCount(m.entries().size(), Protocol.MAX_FAILURES, "failures");
        for (FailureEntry entry : m.entries()) {
            out.putLong(entry.offset())
                    .putLong(entry.length())
                    .putString(entry.tier())
                    .putInt(entry.code())
                    .putString(entry.detail())
                    .putLong(entry.sinceEpochMillis());
        }
        return out;
    }

    private static FailureList getFailureList(WireReader in) throws WireException {
        int count = in.getCount(Protocol.MAX_FAILURES, "failures");
        List<FailureEntry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            entries.add(new FailureEntry(
                    in.getLong(), in.getLong(), in.getString(), in.getInt(), in.getString(), in.getLong()));
        }
        return new FailureList(entries);
    }

    private static WireWriter putDeviceList(MemorySegment buffer, DeviceList m) throws WireException {
        WireWriter out = begin(buffer, MessageType.DEVICE_LIST);
        out.putCount(m.entries().size(), Protocol.MAX_DEVICES, "devices");
        for (DeviceEntry entry : m.entries()) {
            out.putString(entry.name())
                    .putString(entry.driver())
                    .putString(entry.options())
                    .putString(entry.state())
                    .putLong(entry.pages())
                    .putLong(entry.pagesInUse())
                    .putStrings(entry.holders(), Protocol.MAX_HOLDERS);
        }
        return out;
    }

    private static DeviceList getDeviceList(WireReader in) throws WireException {
        int count = in.getCount(Protocol.MAX_DEVICES, "devices");
        List<DeviceEntry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            entries.add(new DeviceEntry(
                    in.getString(),
                    in.getString(),
                    in.getString(),
                    in.getString(),
                    in.getLong(),
                    in.getLong(),
                    in.getStrings(Protocol.MAX_HOLDERS)));
        }
        return new DeviceList(entries);
    }

    /** How many of the first entries {@link #putFailureList} can take. */
    static int failuresThatFit(List<FailureEntry> entries) {
        long left = Protocol.MAX_MESSAGE_BYTES - MessageHeaderLayout.BYTES - Short.BYTES;
        int count = 0;
        for (FailureEntry entry : entries) {
            left -= bytes(entry);
            if (left < 0 || count == Protocol.MAX_FAILURES) {
                break;
            }
            count++;
        }
        return count;
    }

    /** How many of the first entries {@link #putDeviceList} can take; at least one, if there is one. */
    static int devicesThatFit(List<DeviceEntry> entries) {
        long left = Protocol.MAX_MESSAGE_BYTES - MessageHeaderLayout.BYTES - Short.BYTES;
        int count = 0;
        for (DeviceEntry entry : entries) {
            left -= bytes(entry);
            if (left < 0 || count == Protocol.MAX_DEVICES) {
                break;
            }
            count++;
        }
        return count;
    }

    private static int bytes(DeviceEntry entry) {
        int names = bytes(entry.name()) + bytes(entry.driver()) + bytes(entry.options()) + bytes(entry.state());
        return 2 * Long.BYTES
                + names
                + Short.BYTES
                + entry.holders().stream().mapToInt(ReplyCodec::bytes).sum();
    }

    private static int bytes(FailureEntry entry) {
        return 3 * Long.BYTES + Integer.BYTES + bytes(entry.tier()) + bytes(entry.detail());
    }

    private static int bytes(String string) {
        return Short.BYTES + string.getBytes(UTF_8).length;
    }
}
