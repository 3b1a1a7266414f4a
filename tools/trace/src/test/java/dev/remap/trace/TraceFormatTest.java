// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.wire.TouchRing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceFormatTest {
    private static final int ALL = Integer.MAX_VALUE;

    @TempDir
    Path directory;

    private Path file(String name, byte[] bytes) throws IOException {
        return Files.write(directory.resolve(name), bytes);
    }

    private Trace read(String name, String text) throws IOException {
        Path file = file(name, text.getBytes(StandardCharsets.UTF_8));
        return TraceFormat.of(file).read(file, ALL);
    }

    @Test
    void textHasAKeyALine() throws IOException {
        Trace trace = read("keys.txt", "# made by hand\n10\n0x0a once more\n\n18446744073709551615\n10\n");
        assertThat(trace.pages()).containsExactly(0, 0, 1, 0);
    }

    @Test
    void arcHasRunsOfPages() throws IOException {
        Trace trace = read("P1.lis", "100 3 0 1\n101 1 0 2\n500 2 0 3\n");
        assertThat(trace.pages()).containsExactly(0, 1, 2, 1, 3, 4);
    }

    @Test
    void spcHasBlocksOfUnitsAndEveryPageThatARequestTouches() throws IOException {
        // 8 blocks are a page. The third request begins in the middle of page 1 and ends in page 2; the last is of
        // another unit.
        Trace trace = read("Financial1.spc", "0,0,4096,r,0.0\n0,8,512,W,0.1\n0,12,4096,R,0.2\n1,8,512,r,0.3,more\n");
        assertThat(trace.pages()).containsExactly(0, 1, 1, 2, 3);
    }

    @Test
    void oracleGeneralHasAnObjectEvery24Bytes() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(3 * 24).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(1).putLong(77).putInt(100).putLong(2);
        bytes.putInt(1).putLong(-5).putInt(9).putLong(-1);
        bytes.putInt(2).putLong(77).putInt(100).putLong(-1);
        Path file = file("w.oracleGeneral.bin", bytes.array());
        assertThat(TraceFormat.of(file).read(file, ALL).pages()).containsExactly(0, 1, 0);
        assertThat(TraceFormat.of(file).read(file, 2).pages()).containsExactly(0, 1);
    }

    @Test
    void recordingHasTouchesAndSaysWhatItIsASampleOf() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(RecordingLayout.header(8, 5, 1_000));
        RecordingLayout.write(out, TouchRing.FAULT, 3);
        RecordingLayout.write(out, TouchRing.EVICTION, 3);
        RecordingLayout.write(out, TouchRing.FAULT, (7L << 40) | 3);
        RecordingLayout.write(out, TouchRing.RETOUCH, 3);
        Path file = file("any.name", out.toByteArray());
        Trace trace = TraceFormat.of(file).read(file, ALL);
        assertThat(trace.pages()).containsExactly(0, 1, 0);
        assertThat(trace.oneIn()).isEqualTo(8);
        assertThat(trace.lostAccesses()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            keys.txt | 1;2;three     | line 3: the key is no number from 0 to 2^64 - 1: "three" (read as text)
            keys.txt | -1            | line 1: the key is no number from 0 to 2^64 - 1: "-1" (read as text)
            keys.txt | # nothing     | line 1: the trace ends without an access (read as text)
            P1.lis   | 1 2 0 1;5 1 0 | line 2: not four numbers but 3 fields: "5 1 0" (read as arc)
            P1.lis   | 1 0 0 1       | line 1: a request for nothing: "1 0 0 1" (read as arc)
            P1.lis   | 1 9999999 0 1 | line 1: the number of pages is not from 0 to 262144: "1 9999999 0 1" (read as arc)
            F.spc    | 0,1,2         | line 1: not five fields with commas between but 3: "0,1,2" (read as spc)
            F.spc    | 0,x,512,r,0   | line 1: the block is no number: "0,x,512,r,0" (read as spc)
            F.spc    | 0,1,512,e,0   | line 1: the operation is neither r nor w: "0,1,512,e,0" (read as spc)
            """)
    void malformedLinesAreRefusedWithTheirNumber(String name, String lines, String message) {
        assertThatThrownBy(() -> read(name, lines.replace(';', '\n')))
                .isInstanceOf(IOException.class)
                .hasMessage(directory.resolve(name) + ", " + message);
    }

    @Test
    void cutOffRecordsAreRefusedWithTheirNumber() throws IOException {
        Path oracle = file("w.oraclegeneral", new byte[24 + 7]);
        assertThatThrownBy(() -> TraceFormat.of(oracle).read(oracle, ALL))
                .hasMessageContaining("record 2: 7 bytes in place of 24");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(RecordingLayout.header(1, 0, 0));
        RecordingLayout.write(out, TouchRing.FAULT, 3);
        out.write(1);
        Path recording = file("cut", out.toByteArray());
        assertThatThrownBy(() -> TraceFormat.of(recording).read(recording, ALL))
                .hasMessageContaining("record 2: no event");
        Path header = file("header", RecordingLayout.header(0, 0, 0));
        assertThatThrownBy(() -> TraceFormat.of(header).read(header, ALL)).hasMessageContaining("one page in 0");
    }

    @Test
    void unknownFormatIsRefusedWithThoseThereAre() {
        assertThatThrownBy(() -> TraceFormat.of("csv"))
                .hasMessage("no format \"csv\"; there are: remap, text, arc, spc, oracle-general");
    }
}
