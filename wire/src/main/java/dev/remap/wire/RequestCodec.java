// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import static dev.remap.wire.WireWriter.begin;

import dev.remap.wire.Request.AdoptRegion;
import dev.remap.wire.Request.Advise;
import dev.remap.wire.Request.BindDevice;
import dev.remap.wire.Request.Bye;
import dev.remap.wire.Request.CloseBegin;
import dev.remap.wire.Request.CloseEnd;
import dev.remap.wire.Request.CloseFile;
import dev.remap.wire.Request.CommandDevice;
import dev.remap.wire.Request.CreateRegion;
import dev.remap.wire.Request.Discard;
import dev.remap.wire.Request.Failures;
import dev.remap.wire.Request.FileState;
import dev.remap.wire.Request.Force;
import dev.remap.wire.Request.Hello;
import dev.remap.wire.Request.Join;
import dev.remap.wire.Request.JoinRegion;
import dev.remap.wire.Request.ListDevices;
import dev.remap.wire.Request.Load;
import dev.remap.wire.Request.OpenFile;
import dev.remap.wire.Request.OpenRegion;
import dev.remap.wire.Request.PageOut;
import dev.remap.wire.Request.Pin;
import dev.remap.wire.Request.Protect;
import dev.remap.wire.Request.Read;
import dev.remap.wire.Request.RemoveRegion;
import dev.remap.wire.Request.Repair;
import dev.remap.wire.Request.Resume;
import dev.remap.wire.Request.SetBudget;
import dev.remap.wire.Request.UnbindDevice;
import dev.remap.wire.Request.Unpin;
import dev.remap.wire.Request.Upgrade;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** {@link Request} to bytes and back: the fields of each in the order of its record. */
public final class RequestCodec {
    /** The first in which a Hello says whether a standby is wanted. */
    private static final int STANDBY_VERSION = 2;

    private RequestCodec() {}

    /** Writes a message from the buffer's start; answers its length. */
    public static long encode(long requestId, Request request, MemorySegment buffer) throws WireException {
        WireWriter written = switch (request) {
            case Join m -> begin(buffer, MessageType.JOIN, m.version()).putLong(m.dramBytes());
            case JoinRegion m ->
                begin(buffer, MessageType.JOIN_REGION, m.version())
                        .putInt(m.code())
                        .putString(m.name())
                        .putString(m.schema())
                        .putLong(m.dramBytes());
            case Upgrade m -> begin(buffer, MessageType.UPGRADE, m.version()).putString(m.modulePath());
            case Hello m -> putHello(buffer, m);
            case CreateRegion m -> putCreateRegion(buffer, m);
            case Load m -> putLoad(buffer, m);
            case Pin m ->
                putRange(buffer, MessageType.PIN, m.region(), m.offset(), m.length())
                        .putLong(m.timeoutNs());
            case Unpin m -> putRange(buffer, MessageType.UNPIN, m.region(), m.offset(), m.length());
            case Advise m ->
                putRange(buffer, MessageType.ADVISE, m.region(), m.offset(), m.length())
                        .putInt(m.advice());
            case PageOut m -> putRange(buffer, MessageType.PAGE_OUT, m.region(), m.offset(), m.length());
            case Discard m -> putRange(buffer, MessageType.DISCARD, m.region(), m.offset(), m.length());
            case Failures m ->
                putRegion(buffer, MessageType.FAILURES, m.region()).putLong(m.fromOffset());
            case Repair m ->
                putRange(buffer, MessageType.REPAIR, m.region(), m.offset(), m.length())
                        .putInt(m.how());
            case Read m -> putRead(buffer, m);
            case OpenFile m -> putOpenFile(buffer, m);
            case CloseFile m -> putRange(buffer, MessageType.CLOSE_FILE, m.region(), m.offset(), m.length());
            case Force m -> putRange(buffer, MessageType.FORCE, m.region(), m.offset(), m.length());
            case FileState m ->
                putRegion(buffer, MessageType.FILE_STATE, m.region()).putLong(m.offset());
            case Resume m ->
                begin(buffer, MessageType.RESUME)
                        .putLong(m.takeovers())
                        .putBoolean(m.last())
                        .putLongs(m.pins(), 3 * Protocol.MAX_PINS);
            case SetBudget m ->
                begin(buffer, MessageType.SET_BUDGET).putLong(m.dramBytes()).putLong(m.timeoutNs());
            case OpenRegion m ->
                begin(buffer, MessageType.OPEN_REGION).putString(m.name()).putString(m.schema());
            case AdoptRegion m ->
                begin(buffer, MessageType.ADOPT_REGION)
                        .putString(m.name())
                        .putString(m.schema())
                        .putLong(m.baseAddress());
            case RemoveRegion m -> begin(buffer, MessageType.REMOVE_REGION).putString(m.name());
            case Protect m ->
                putRange(buffer, MessageType.PROTECT, m.region(), m.offset(), m.length())
                        .putInt(m.access());
            case BindDevice m ->
                begin(buffer, MessageType.BIND_DEVICE)
                        .putString(m.name())
                        .putString(m.driver())
                        .putString(m.options());
            case UnbindDevice m ->
                begin(buffer, MessageType.UNBIND_DEVICE).putString(m.name()).putLong(m.timeoutNs());
            case CommandDevice m -> putCommandDevice(buffer, m);
            case ListDevices m -> begin(buffer, MessageType.LIST_DEVICES).putString(m.after());
            case CloseBegin m -> putRegion(buffer, MessageType.CLOSE_BEGIN, m.region());
            case CloseEnd m -> putRegion(buffer, MessageType.CLOSE_END, m.region());
            case Bye() -> begin(buffer, MessageType.BYE);
        };
        return written.finish(requestId);
    }

    /** Reads the message in the buffer's first {@code length} bytes; its {@link Received#fds()} are empty. */
    public static Received<Request> decode(MemorySegment buffer, long length) throws WireException {
        WireReader in = WireReader.open(buffer, length);
        Request request = switch (in.type()) {
            case JOIN -> new Join(in.version(), in.getLong());
            case JOIN_REGION -> new JoinRegion(in.version(), in.getInt(), in.getString(), in.getString(), in.getLong());
            case UPGRADE -> new Upgrade(in.version(), in.getString());
            case HELLO -> getHello(in);
            case CREATE_REGION -> getCreateRegion(in);
            case LOAD -> getLoad(in);
            case PIN -> new Pin(in.getInt(), in.getLong(), in.getLong(), in.getLong());
            case UNPIN -> new Unpin(in.getInt(), in.getLong(), in.getLong());
            case ADVISE -> new Advise(in.getInt(), in.getLong(), in.getLong(), in.getInt());
            case PAGE_OUT -> new PageOut(in.getInt(), in.getLong(), in.getLong());
            case DISCARD -> new Discard(in.getInt(), in.getLong(), in.getLong());
            case FAILURES -> new Failures(in.getInt(), in.getLong());
            case REPAIR -> new Repair(in.getInt(), in.getLong(), in.getLong(), in.getInt());
            case READ ->
                new Read(in.getInt(), in.getLong(), in.getLong(), in.getLong(), in.getLongs(Protocol.MAX_OFFSETS));
            case OPEN_FILE ->
                new OpenFile(in.getInt(), in.getLong(), in.getLong(), in.getLong(), in.getBoolean(), in.getBoolean());
            case CLOSE_FILE -> new CloseFile(in.getInt(), in.getLong(), in.getLong());
            case FORCE -> new Force(in.getInt(), in.getLong(), in.getLong());
            case FILE_STATE -> new FileState(in.getInt(), in.getLong());
            case RESUME -> getResume(in);
            case SET_BUDGET -> new SetBudget(in.getLong(), in.getLong());
            case OPEN_REGION -> new OpenRegion(in.getString(), in.getString());
            case ADOPT_REGION -> new AdoptRegion(in.getString(), in.getString(), in.getLong());
            case REMOVE_REGION -> new RemoveRegion(in.getString());
            case PROTECT -> new Protect(in.getInt(), in.getLong(), in.getLong(), in.getInt());
            case BIND_DEVICE -> new BindDevice(in.getString(), in.getString(), in.getString());
            case UNBIND_DEVICE -> new UnbindDevice(in.getString(), in.getLong());
            case COMMAND_DEVICE -> getCommandDevice(in);
            case LIST_DEVICES -> new ListDevices(in.getString());
            case CLOSE_BEGIN -> new CloseBegin(in.getInt());
            case CLOSE_END -> new CloseEnd(in.getInt());
            case BYE -> new Bye();
            default -> throw in.misplaced("a request");
        };
        return in.finish(request);
    }

    /** A message as bytes of its own, for {@link #fromBytes}. */
    public static byte[] toBytes(Request request) throws WireException {
        MemorySegment buffer = MemorySegment.ofArray(new byte[Protocol.MAX_MESSAGE_BYTES]);
        long length = encode(0, request, buffer);
        return buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /** The message that {@link #toBytes} made bytes of. */
    public static Request fromBytes(byte[] bytes) throws WireException {
        return decode(MemorySegment.ofArray(bytes), bytes.length).message();
    }

    // Frozen, see MessageType.isReadByEveryVersion. The version is the header's.
    private static WireWriter putHello(MemorySegment buffer, Hello m) throws WireException {
        WireWriter written = begin(buffer, MessageType.HELLO, m.version())
                .putLong(m.pid())
                .putLong(m.dramBudgetBytes())
                .putBoolean(m.holdCpuLatency())
                .putBoolean(m.kernelFaults())
                .putBoolean(m.poison())
                .putString(m.budgetOrigin())
                .putString(m.spillDirectory())
                .putLong(m.spillMaxBytes());
        return m.version() < STANDBY_VERSION ? written : written.putBoolean(m.standby());
    }

    private static Hello getHello(WireReader in) throws WireException {
        return new Hello(
                in.version(),
                in.getLong(),
                in.getLong(),
                in.getBoolean(),
                in.getBoolean(),
                in.getBoolean(),
                in.getString(),
                in.getString(),
                in.getLong(),
                in.version() >= STANDBY_VERSION && in.getBoolean());
    }

    private static Resume getResume(WireReader in) throws WireException {
        long takeovers = in.getLong();
        boolean last = in.getBoolean();
        long[] pins = in.getLongs(3 * Protocol.MAX_PINS);
        if (pins.length % 3 != 0) {
            throw in.refuse(MessageHeaderLayout.BYTES, pins.length + " longs, not three a pin");
        }
        return new Resume(takeovers, last, pins);
    }

    private static WireWriter putRead(MemorySegment buffer, Read m) throws WireException {
        return putRange(buffer, MessageType.READ, m.region(), m.timeoutNs(), m.bufferOffset())
                .putLong(m.lengthEach())
                .putLongs(m.offsets(), Protocol.MAX_OFFSETS);
    }

    private static WireWriter putOpenFile(MemorySegment buffer, OpenFile m) throws WireException {
        return putRange(buffer, MessageType.OPEN_FILE, m.region(), m.offset(), m.fileOffset())
                .putLong(m.bytes())
                .putBoolean(m.writable())
                .putBoolean(m.direct());
    }

    private static WireWriter putCreateRegion(MemorySegment buffer, CreateRegion m) throws WireException {
        return begin(buffer, MessageType.CREATE_REGION)
                .putString(m.name())
                .putLong(m.baseAddress())
                .putLong(m.sizeBytes())
                .putInt(m.failurePolicy())
                .putLong(m.maxStallNs())
                .putStrings(m.tiers(), Protocol.MAX_TIERS)
                .putString(m.policy())
                .putBoolean(m.files())
                .putBoolean(m.survives())
                .putString(m.schema())
                .putBoolean(m.shadow())
                .putLongs(m.grants().stream().mapToLong(RequestCodec::grant).toArray(), Protocol.MAX_GRANTS);
    }

    private static CreateRegion getCreateRegion(WireReader in) throws WireException {
        return new CreateRegion(
                in.getString(),
                in.getLong(),
                in.getLong(),
                in.getInt(),
                in.getLong(),
                in.getStrings(Protocol.MAX_TIERS),
                in.getString(),
                in.getBoolean(),
                in.getBoolean(),
                in.getString(),
                in.getBoolean(),
                getGrants(in));
    }

    private static WireWriter putCommandDevice(MemorySegment buffer, CommandDevice m) throws WireException {
        return begin(buffer, MessageType.COMMAND_DEVICE)
                .putString(m.name())
                .putInt(m.operation())
                .putLong(m.argument())
                .putInt(m.region())
                .putLong(m.offset())
                .putLong(m.length())
                .putLong(m.bufferOffset())
                .putLong(m.bufferLength())
                .putLong(m.timeoutNs());
    }

    private static CommandDevice getCommandDevice(WireReader in) throws WireException {
        return new CommandDevice(
                in.getString(),
                in.getInt(),
                in.getLong(),
                in.getInt(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong());
    }

    /** The user in the upper half, and whether it may write in the lowest bit. */
    private static long grant(Request.Grant grant) {
        return (long) grant.uid() << Integer.SIZE | (grant.writable() ? 1 : 0);
    }

    private static List<Request.Grant> getGrants(WireReader in) throws WireException {
        List<Request.Grant> grants = new ArrayList<>();
        for (long each : in.getLongs(Protocol.MAX_GRANTS)) {
            int writable = (int) each;
            if (writable != 0 && writable != 1) {
                throw in.refuse(MessageHeaderLayout.BYTES, "a grant of " + Integer.toHexString(writable));
            }
            grants.add(new Request.Grant((int) (each >> Integer.SIZE), writable == 1));
        }
        return grants;
    }

    private static WireWriter putLoad(MemorySegment buffer, Load m) throws WireException {
        return putRegion(buffer, MessageType.LOAD, m.region())
                .putLong(m.timeoutNs())
                .putBoolean(m.hint())
                .putLong(m.lengthEach())
                .putLongs(m.offsets(), Protocol.MAX_OFFSETS);
    }

    private static Load getLoad(WireReader in) throws WireException {
        return new Load(in.getInt(), in.getLong(), in.getBoolean(), in.getLong(), in.getLongs(Protocol.MAX_OFFSETS));
    }

    private static WireWriter putRegion(MemorySegment buffer, MessageType type, int region) throws WireException {
        return begin(buffer, type).putInt(region);
    }

    private static WireWriter putRange(MemorySegment buffer, MessageType type, int region, long offset, long length)
            throws WireException {
        return putRegion(buffer, type, region).putLong(offset).putLong(length);
    }
}
