// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import dev.remap.wire.AgentMessage.Zap;
import dev.remap.wire.AgentMessage.ZapDone;
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
import dev.remap.wire.Reply.Admitted;
import dev.remap.wire.Reply.DeviceList;
import dev.remap.wire.Reply.Done;
import dev.remap.wire.Reply.Failed;
import dev.remap.wire.Reply.FailureList;
import dev.remap.wire.Reply.RegionCreated;
import dev.remap.wire.Reply.RegionFound;
import dev.remap.wire.Reply.TakenOver;
import dev.remap.wire.Reply.Welcome;
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
import dev.remap.wire.Request.Grant;
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
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Messages of every kind; every value is often one at the edge of its range. Sizes stay below {@code most}. */
final class RandomMessages {
    private static final long[] LONGS = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 4096, 1L << 32, 0xFFFF_FFFFL};
    private static final int[] INTS = {0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0xFFFF};
    private static final String[] CHARACTERS = {"a", "\0", "\u00e4", "\u20ac", "\ud83d\ude00", "\uffff"};

    private final Random random;
    private final int most;

    RandomMessages(Random random, int most) {
        this.random = random;
        this.most = most;
    }

    /** One of each kind. */
    List<Object> all() {
        return List.of(
                hello(),
                createRegion(),
                load(),
                new Pin(i(), l(), l(), l()),
                new Unpin(i(), l(), l()),
                new Advise(i(), l(), l(), i()),
                new PageOut(i(), l(), l()),
                new Discard(i(), l(), l()),
                new Failures(i(), l()),
                new Repair(i(), l(), l(), i()),
                new OpenFile(i(), l(), l(), l(), random.nextBoolean(), random.nextBoolean()),
                new CloseFile(i(), l(), l()),
                new Force(i(), l(), l()),
                new FileState(i(), l()),
                read(),
                new Resume(l(), random.nextBoolean(), longs(3 * count(Protocol.MAX_PINS))),
                new CloseBegin(i()),
                new CloseEnd(i()),
                new Bye(),
                new Join(Protocol.VERSION, l()),
                new JoinRegion(Protocol.VERSION, i(), string(), string(), l()),
                new SetBudget(l(), l()),
                new OpenRegion(string(), string()),
                new AdoptRegion(string(), string(), l()),
                new RemoveRegion(string()),
                new Upgrade(Protocol.VERSION, string()),
                new Protect(i(), l(), l(), i()),
                new BindDevice(string(), string(), string()),
                new UnbindDevice(string(), l()),
                new CommandDevice(string(), i(), l(), i(), l(), l(), l(), l(), l()),
                new ListDevices(string()),
                new Admitted(Protocol.VERSION, l(), string()),
                new RegionFound(l(), i()),
                new Done(l()),
                new Failed(i(), string(), string()),
                new Welcome(Protocol.VERSION, l()),
                new RegionCreated(i()),
                failureList(),
                deviceList(),
                new TakenOver(l(), l()),
                zap(),
                new ZapDone(l(), i()),
                new Keep(string(), bytes(count(Protocol.MAX_KEPT_BYTES))),
                new Drop(string()),
                new Ready(),
                new Farewell(),
                new Release(string()),
                serve(),
                new Claim(i(), string(), string()),
                new Claimed(i(), string(), string()),
                new Wish(l()),
                new Peer(random.nextBoolean()));
    }

    long l() {
        return random.nextInt(3) == 0 ? random.nextLong() : LONGS[random.nextInt(LONGS.length)];
    }

    private int i() {
        return random.nextInt(3) == 0 ? random.nextInt() : INTS[random.nextInt(INTS.length)];
    }

    private int count(int max) {
        int limit = Math.min(max, most);
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> limit;
            default -> random.nextInt(limit + 1);
        };
    }

    private String string() {
        String character = CHARACTERS[random.nextInt(CHARACTERS.length)];
        int bytes = character.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
        return character.repeat(count(Protocol.MAX_STRING_BYTES) / bytes);
    }

    private long[] longs(int count) {
        return random.longs(count).toArray();
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private Hello hello() {
        return new Hello(
                Protocol.VERSION,
                l(),
                l(),
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextBoolean(),
                string(),
                string(),
                l(),
                random.nextBoolean());
    }

    private CreateRegion createRegion() {
        List<String> tiers = IntStream.range(0, count(Protocol.MAX_TIERS))
                .mapToObj(n -> string())
                .toList();
        List<Grant> grants = IntStream.range(0, count(Protocol.MAX_GRANTS))
                .mapToObj(n -> new Grant(i(), random.nextBoolean()))
                .toList();
        boolean files = random.nextBoolean();
        return new CreateRegion(
                string(),
                l(),
                l(),
                i(),
                l(),
                tiers,
                string(),
                files,
                random.nextBoolean(),
                string(),
                random.nextBoolean(),
                grants);
    }

    private Serve serve() {
        return new Serve(i(), l(), string(), l(), random.nextBoolean(), random.nextBoolean(), i(), l(), i(), string());
    }

    private Read read() {
        return new Read(i(), l(), l(), l(), longs(count(Protocol.MAX_OFFSETS)));
    }

    private Load load() {
        return new Load(i(), l(), random.nextBoolean(), l(), longs(count(Protocol.MAX_OFFSETS)));
    }

    private FailureList failureList() {
        return FailureList.firstOf(IntStream.range(0, count(Protocol.MAX_FAILURES))
                .mapToObj(n -> new FailureEntry(l(), l(), string(), i(), string(), l()))
                .toList());
    }

    private DeviceList deviceList() {
        return DeviceList.firstOf(IntStream.range(0, count(Protocol.MAX_DEVICES))
                .mapToObj(n -> new DeviceEntry(string(), string(), string(), string(), l(), l(), holders()))
                .toList());
    }

    private List<String> holders() {
        return IntStream.range(0, count(Protocol.MAX_HOLDERS))
                .mapToObj(n -> string())
                .toList();
    }

    private Zap zap() {
        int count = count(Protocol.MAX_RANGES);
        return new Zap(l(), longs(count), longs(count));
    }
}
