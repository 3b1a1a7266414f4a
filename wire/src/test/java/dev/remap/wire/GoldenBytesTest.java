// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

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
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of version 3. A test that fails here is a reason to raise {@link Protocol#VERSION}, not to change the bytes below. */
final class GoldenBytesTest {
    private static final long REQUEST_ID = 0x0807_0605_0403_0201L;

    static Stream<Arguments> messages() {
        return Stream.of(
                arguments(
                        new Hello(3, 4711, 1L << 30, true, false, true, "cgroup", "/tmp", 7, true),
                        "52454d50 03000000 01000000 42000000 0102030405060708"
                                + "6712000000000000000000400000000001000106006367726f7570"
                                + "04002f746d70070000000000000001"),
                arguments(
                        new CreateRegion(
                                "idx",
                                0x7F00_0000_0000L,
                                1L << 40,
                                1,
                                5_000_000,
                                List.of("zram", "\u00e4"),
                                "clock",
                                true,
                                true,
                                "v1",
                                true,
                                List.of(new Grant(1000, true), new Grant(-2, false))),
                        "52454d50 03000000 02000000 65000000 0102030405060708"
                                + "030069647800000000007f0000000000000001000001000000404b4c00000000"
                                + "00020004007a72616d0200c3a40500636c6f636b0101" + "0200763101"
                                + "0200" + "01000000e8030000" + "00000000feffffff"),
                arguments(
                        new Load(3, -1, true, 4096, new long[] {0, 0x1122_3344_5566_7788L}),
                        "52454d50 03000000 03000000 3f000000 0102030405060708"
                                + "03000000ffffffffffffffff0100100000000000000200000000000000000088"
                                + "77665544332211"),
                arguments(
                        new Pin(3, 0x1000, 0x2000, 9),
                        "52454d50 03000000 04000000 34000000 0102030405060708"
                                + "03000000001000000000000000200000000000000900000000000000"),
                arguments(
                        new Unpin(3, 0x1000, 0x2000),
                        "52454d50 03000000 05000000 2c000000 0102030405060708"
                                + "0300000000100000000000000020000000000000"),
                arguments(
                        new Advise(3, 0x1000, 0x2000, AdviceCode.COLD),
                        "52454d50 03000000 06000000 30000000 0102030405060708"
                                + "030000000010000000000000002000000000000003000000"),
                arguments(
                        new PageOut(3, 0x1000, 0x2000),
                        "52454d50 03000000 07000000 2c000000 0102030405060708"
                                + "0300000000100000000000000020000000000000"),
                arguments(
                        new Discard(3, 0x1000, 0x2000),
                        "52454d50 03000000 08000000 2c000000 0102030405060708"
                                + "0300000000100000000000000020000000000000"),
                arguments(
                        new Failures(3, 0x1000),
                        "52454d50 03000000 09000000 24000000 0102030405060708" + "030000000010000000000000"),
                arguments(
                        new Repair(3, 0x1000, 0x2000, RepairCode.ACCEPT_LOSS),
                        "52454d50 03000000 0a000000 30000000 0102030405060708"
                                + "030000000010000000000000002000000000000001000000"),
                arguments(
                        new OpenFile(3, 0x1000, 0x2000, 9, true, false),
                        "52454d50 03000000 0e000000 36000000 0102030405060708"
                                + "03000000001000000000000000200000000000000900000000000000" + "0100"),
                arguments(
                        new CloseFile(3, 0x1000, 0x2000),
                        "52454d50 03000000 0f000000 2c000000 0102030405060708"
                                + "0300000000100000000000000020000000000000"),
                arguments(
                        new Force(3, 0x1000, 0x2000),
                        "52454d50 03000000 10000000 2c000000 0102030405060708"
                                + "0300000000100000000000000020000000000000"),
                arguments(
                        new FileState(3, 0x1000),
                        "52454d50 03000000 11000000 24000000 0102030405060708" + "030000000010000000000000"),
                arguments(
                        new Read(3, -1, 0x1000, 8, new long[] {0x1122_3344_5566_7788L}),
                        "52454d50 03000000 12000000 3e000000 0102030405060708"
                                + "03000000ffffffffffffffff00100000000000000800000000000000"
                                + "01008877665544332211"),
                arguments(
                        new Resume(2, true, new long[] {3, 0x1000, 0x2000}),
                        "52454d50 03000000 13000000 3b000000 0102030405060708"
                                + "0200000000000000010300030000000000000000100000000000000020000000000000"),
                arguments(new CloseBegin(3), "52454d50 03000000 0b000000 1c000000 0102030405060708" + "03000000"),
                arguments(new CloseEnd(3), "52454d50 03000000 0c000000 1c000000 0102030405060708" + "03000000"),
                arguments(new Bye(), "52454d50 03000000 0d000000 18000000 0102030405060708"),
                arguments(new Done(-2), "52454d50 03000000 41000000 20000000 0102030405060708" + "feffffffffffffff"),
                arguments(
                        new Failed(ErrorCode.QUOTA.number(), "pin", "unpin"),
                        "52454d50 03000000 42000000 28000000 0102030405060708" + "08000000030070696e0500756e70696e"),
                arguments(
                        new Welcome(3, 4712),
                        "52454d50 03000000 43000000 20000000 0102030405060708" + "6812000000000000"),
                arguments(new RegionCreated(3), "52454d50 03000000 44000000 1c000000 0102030405060708" + "03000000"),
                arguments(
                        new FailureList(List.of(new FailureEntry(0x1000, 0x2000, "zram", 10, "crc", 77))),
                        "52454d50 03000000 45000000 41000000 0102030405060708"
                                + "01000010000000000000002000000000000004007a72616d0a00000003006372"
                                + "634d00000000000000"),
                arguments(
                        new TakenOver(2, 4712),
                        "52454d50 03000000 46000000 28000000 0102030405060708" + "02000000000000006812000000000000"),
                arguments(
                        new Keep("region/3", new byte[] {1, 2}),
                        "52454d50 03000000 a1000000 26000000 0102030405060708" + "0800726567696f6e2f3302000102"),
                arguments(
                        new Drop("region/3"),
                        "52454d50 03000000 a2000000 22000000 0102030405060708" + "0800726567696f6e2f33"),
                arguments(new Ready(), "52454d50 03000000 a3000000 18000000 0102030405060708"),
                arguments(new Farewell(), "52454d50 03000000 a4000000 18000000 0102030405060708"),
                arguments(
                        new Join(3, 1L << 30),
                        "52454d50 03000000 14000000 20000000 0102030405060708" + "0000004000000000"),
                arguments(
                        new SetBudget(1L << 30, 9),
                        "52454d50 03000000 15000000 28000000 0102030405060708" + "00000040000000000900000000000000"),
                arguments(
                        new OpenRegion("idx", "v1"),
                        "52454d50 03000000 16000000 21000000 0102030405060708" + "030069647802007631"),
                arguments(
                        new AdoptRegion("idx", "v1", 0x1000),
                        "52454d50 03000000 17000000 29000000 0102030405060708" + "0300696478020076310010000000000000"),
                arguments(
                        new RemoveRegion("idx"), "52454d50 03000000 18000000 1d000000 0102030405060708" + "0300696478"),
                arguments(
                        new Upgrade(3, "/opt"),
                        "52454d50 03000000 19000000 1e000000 0102030405060708" + "04002f6f7074"),
                arguments(
                        new Protect(3, 0x1000, 0x2000, DeviceAccessCode.NONE),
                        "52454d50 03000000 1a000000 30000000 0102030405060708"
                                + "030000000010000000000000002000000000000002000000"),
                arguments(
                        new BindDevice("d0", "d", "o"),
                        "52454d50 03000000 1b000000 22000000 0102030405060708" + "0200643001006401006f"),
                arguments(
                        new UnbindDevice("d0", 9),
                        "52454d50 03000000 1c000000 24000000 0102030405060708" + "020064300900000000000000"),
                arguments(
                        new CommandDevice("d0", 5, 6, CommandDevice.NO_REGION, 0x1000, 0x2000, 7, 8, 9),
                        "52454d50 03000000 1d000000 54000000 0102030405060708"
                                + "02006430050000000600000000000000ffffffff00100000000000000020000000000000"
                                + "070000000000000008000000000000000900000000000000"),
                arguments(new ListDevices("d0"), "52454d50 03000000 1e000000 1c000000 0102030405060708" + "02006430"),
                arguments(
                        new DeviceList(List.of(new DeviceEntry("d0", "d", "o", "bound", 7, 8, List.of("h")))),
                        "52454d50 03000000 49000000 40000000 0102030405060708"
                                + "01000200643001006401006f0500626f756e64070000000000000008000000000000000100010068"),
                arguments(
                        new JoinRegion(3, ClaimCode.OPEN, "idx", "v1", 1L << 30),
                        "52454d50 03000000 1f000000 2d000000 0102030405060708" + "01000000" + "030069647802007631"
                                + "0000004000000000"),
                arguments(new Peer(true), "52454d50 03000000 aa000000 19000000 0102030405060708" + "01"),
                arguments(
                        new Admitted(3, 1L << 30, "broker"),
                        "52454d50 03000000 47000000 28000000 0102030405060708" + "0000004000000000060062726f6b6572"),
                arguments(
                        new RegionFound(1L << 40, 2),
                        "52454d50 03000000 48000000 24000000 0102030405060708" + "000000000001000002000000"),
                arguments(
                        new Release("region/3"),
                        "52454d50 03000000 a5000000 22000000 0102030405060708" + "0800726567696f6e2f33"),
                arguments(
                        new Serve(4711, 1L << 30, "/tmp", 7, false, true, 5, 1L << 40, 6, "prices"),
                        "52454d50 03000000 a6000000 4c000000 0102030405060708"
                                + "67120000000000400000000004002f746d700700000000000000000105000000000000000001000006000000"
                                + "0600707269636573"),
                arguments(
                        new Claim(ClaimCode.OPEN, "idx", "v1"),
                        "52454d50 03000000 a7000000 25000000 0102030405060708" + "01000000030069647802007631"),
                arguments(
                        new Claimed(8, "pin", "unpin"),
                        "52454d50 03000000 a8000000 28000000 0102030405060708" + "08000000030070696e0500756e70696e"),
                arguments(
                        new Wish(1L << 30),
                        "52454d50 03000000 a9000000 20000000 0102030405060708" + "0000004000000000"),
                arguments(
                        new Zap(5, new long[] {0x1000, 0x3000}, new long[] {4096, 8192}),
                        "52454d50 03000000 81000000 44000000 0102030405060708"
                                + "0500000000000000020000100000000000000030000000000000020000100000"
                                + "000000000020000000000000"),
                arguments(
                        new ZapDone(5, -22),
                        "52454d50 03000000 82000000 24000000 0102030405060708" + "0500000000000000eaffffff"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void theBytesOfAVersionStay(Object message, String hex) throws Exception {
        String golden = hex.replace(" ", "");
        assertThat(HexFormat.of().formatHex(Channel.bytes(REQUEST_ID, message))).isEqualTo(golden);
        assertThat(Channel.of(message).decode(HexFormat.of().parseHex(golden)))
                .isEqualTo(new Received<>(REQUEST_ID, message, new int[0]));
    }

    @Test
    void everyTypeHasItsBytes() {
        assertThat(messages()).hasSameSizeAs(MessageType.values());
    }
}
