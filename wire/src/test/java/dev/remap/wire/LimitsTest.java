// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.wire.Reply.FailureList;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LimitsTest {
    private static final String LONGEST = "x".repeat(Protocol.MAX_STRING_BYTES);

    @Test
    void aLoadTakesMaxOffsetsAndNoMore() throws Exception {
        assertThat(Channel.bytes(1, load(Protocol.MAX_OFFSETS))).hasSizeLessThan(Protocol.MAX_MESSAGE_BYTES);
        assertThatThrownBy(() -> Channel.bytes(1, load(Protocol.MAX_OFFSETS + 1)))
                .isInstanceOf(WireException.class)
                .hasMessage("LOAD, byte 45: 8001 longs, at most 8000");
    }

    @Test
    void aZapTakesMaxRangesAndNoMore() throws Exception {
        assertThat(Channel.bytes(1, zap(Protocol.MAX_RANGES))).hasSizeLessThan(Protocol.MAX_MESSAGE_BYTES);
        assertThatThrownBy(() -> Channel.bytes(1, zap(Protocol.MAX_RANGES + 1)))
                .isInstanceOf(WireException.class)
                .hasMessage("ZAP, byte 32: 4001 longs, at most 4000");
    }

    @Test
    void aZapWithoutALengthForEveryStartCannotBeMade() {
        assertThatThrownBy(() -> new AgentMessage.Zap(1, new long[2], new long[1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("2 starts, 1 lengths");
    }

    @Test
    void aNameTakesMaxStringBytesAndNoMore() throws Exception {
        assertThat(Channel.bytes(1, region(LONGEST, List.of()))).isNotEmpty();
        assertThatThrownBy(() -> Channel.bytes(1, region(LONGEST + "x", List.of())))
                .isInstanceOf(WireException.class)
                .hasMessage("CREATE_REGION, byte 24: string of 1025 characters, at most 1024 bytes");
    }

    @Test
    void aNamesBytesCountNotItsCharacters() {
        assertThatThrownBy(() -> Channel.bytes(1, region("\u20ac".repeat(342), List.of())))
                .isInstanceOf(WireException.class)
                .hasMessage("CREATE_REGION, byte 24: 1026 bytes of string, at most 1024");
    }

    @Test
    void aNameWithHalfASurrogatePairIsRefused() {
        assertThatThrownBy(() -> Channel.bytes(1, region("a\ud83d", List.of())))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("half a surrogate pair");
    }

    @Test
    void aRegionTakesMaxTiersAndNoMore() throws Exception {
        List<String> tiers = Collections.nCopies(Protocol.MAX_TIERS, LONGEST);
        assertThat(Channel.bytes(1, region(LONGEST, tiers))).isNotEmpty();
        List<String> oneMore = Collections.nCopies(Protocol.MAX_TIERS + 1, "t");
        assertThatThrownBy(() -> Channel.bytes(1, region("r", oneMore)))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("29 strings, at most 28");
    }

    @Test
    void aFailureListTakesMaxFailuresAndNoMore() throws Exception {
        assertThat(Channel.bytes(1, new FailureList(failures(Protocol.MAX_FAILURES, ""))))
                .isNotEmpty();
        assertThatThrownBy(() -> Channel.bytes(1, new FailureList(failures(Protocol.MAX_FAILURES + 1, ""))))
                .isInstanceOf(WireException.class)
                .hasMessage("FAILURE_LIST, byte 24: 201 failures, at most 200");
    }

    @Test
    void aFailureListThatIsLongerThanAMessageIsRefused() {
        assertThatThrownBy(() -> Channel.bytes(1, new FailureList(failures(Protocol.MAX_FAILURES, LONGEST))))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("left of 65536");
    }

    @Test
    void theFirstFailuresAreAsManyAsFit() throws Exception {
        for (int detail = 0; detail <= Protocol.MAX_STRING_BYTES; detail += 31) {
            List<FailureEntry> all = failures(500, "\u00e4".repeat(detail / 2));
            int count = FailureList.firstOf(all).entries().size();
            assertThat(Channel.bytes(1, new FailureList(all.subList(0, count)))).isNotEmpty();
            assertThat(count).isPositive();
            assertThatThrownBy(() -> Channel.bytes(1, new FailureList(all.subList(0, count + 1))))
                    .isInstanceOf(WireException.class);
        }
    }

    @Test
    void theFirstOfNoFailuresAreNone() {
        assertThat(FailureList.firstOf(List.of()).entries()).isEmpty();
    }

    @Test
    void textsForPeopleAreCutSoThatTheyCanAlwaysBeSent() throws Exception {
        Reply.Failed failed = new Reply.Failed(1, "\u20ac".repeat(2000), "a\ud83d");
        assertThat(failed).isEqualTo(new Reply.Failed(1, "\u20ac".repeat(341), "a?"));
        assertThat(Channel.REPLIES.decode(Channel.bytes(1, failed)).message()).isEqualTo(failed);
        assertThat(new Reply.Failed(1, LONGEST + "y", LONGEST)).isEqualTo(new Reply.Failed(1, LONGEST, LONGEST));
        assertThat(new Reply.Failed(1, "x" + "\ud83d\ude00".repeat(999), "").what())
                .isEqualTo("x" + "\ud83d\ude00".repeat(255));
        assertThat(new FailureEntry(1, 2, "t", 3, LONGEST + "y", 4).detail()).isEqualTo(LONGEST);
    }

    @Test
    void aBufferTooSmallIsRefused() throws Exception {
        for (Object message : new RandomMessages(new java.util.Random(1), 5).all()) {
            int length = Channel.bytes(1, message).length;
            for (int size = 0; size < length; size++) {
                MemorySegment buffer = MemorySegment.ofArray(new byte[size]);
                assertThatThrownBy(() -> Channel.encode(1, message, buffer)).isInstanceOf(WireException.class);
            }
            assertThat(Channel.encode(1, message, MemorySegment.ofArray(new byte[length])))
                    .isEqualTo(length);
        }
    }

    @Test
    void aReceiverEnforcesTheSameLimits() throws Exception {
        byte[] bytes = new byte[Protocol.MAX_MESSAGE_BYTES];
        MemorySegment message = MemorySegment.ofArray(bytes);
        MessageHeaderLayout.write(message, Protocol.VERSION, MessageType.LOAD, bytes.length, 1);
        message.set(MessageHeaderLayout.SHORT, 45, (short) 8001);
        assertThatThrownBy(() -> Channel.REQUESTS.decode(bytes)).hasMessage("LOAD, byte 45: 8001 longs, at most 8000");
        MessageHeaderLayout.write(message, Protocol.VERSION, MessageType.FAILURE_LIST, bytes.length, 1);
        message.set(MessageHeaderLayout.SHORT, 24, (short) 0xFFFF);
        assertThatThrownBy(() -> Channel.REPLIES.decode(bytes))
                .hasMessage("FAILURE_LIST, byte 24: 65535 failures, at most 200");
        MessageHeaderLayout.write(message, Protocol.VERSION, MessageType.CREATE_REGION, bytes.length, 1);
        message.set(MessageHeaderLayout.SHORT, 24, (short) 1025);
        assertThatThrownBy(() -> Channel.REQUESTS.decode(bytes))
                .hasMessage("CREATE_REGION, byte 24: 1025 bytes of string, at most 1024");
    }

    private static Request.Load load(int offsets) {
        return new Request.Load(1, 2, false, 4096, new long[offsets]);
    }

    private static AgentMessage.Zap zap(int ranges) {
        return new AgentMessage.Zap(1, new long[ranges], new long[ranges]);
    }

    private static Request.CreateRegion region(String name, List<String> tiers) {
        return new Request.CreateRegion(name, 0, 4096, FailurePolicyCode.POISON, 0, tiers, "", false, false, "", false);
    }

    private static List<FailureEntry> failures(int count, String detail) {
        return IntStream.range(0, count)
                .mapToObj(n -> new FailureEntry(n, 4096, "zram", ErrorCode.IO.number(), detail, 0))
                .toList();
    }
}
