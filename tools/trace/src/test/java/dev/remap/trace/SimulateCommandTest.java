// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulateCommandTest {
    @TempDir
    Path directory;

    private record Run(int status, String out, String err) {}

    private static Run run(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream toOut = new ByteArrayOutputStream();
        ByteArrayOutputStream toErr = new ByteArrayOutputStream();
        System.setOut(new PrintStream(toOut, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(toErr, true, StandardCharsets.UTF_8));
        try {
            int status = TraceMain.run(arguments);
            return new Run(status, toOut.toString(StandardCharsets.UTF_8), toErr.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    @Test
    void printsALineForEachPolicyAtEachMemory() {
        Run run = run(
                "simulate", "--synthetic", "loop", "--pages", "1000", "--accesses", "20000", "--memory", "4000K,100%");
        assertThat(run.status).isZero();
        assertThat(run.out.lines().filter(line -> line.contains("s3fifo"))).hasSize(2);
        assertThat(run.out.lines().filter(line -> line.contains("opt"))).hasSize(2);
        assertThat(run.out).contains("loop: 20,000 accesses to 1,200 pages, 4.7 MiB of 4 KiB");
    }

    @Test
    void jsonIsAnObjectALine() throws IOException {
        Path file = Files.writeString(directory.resolve("a\"b.txt"), "1\n2\n1\n");
        Run run = run("simulate", file.toString(), "--json", "--memory", "8K", "--policy", "lru");
        assertThat(run.out)
                .startsWith(
                        "{\"trace\":\"a\\\"b.txt\",\"accesses\":3,\"distinctPages\":2,\"oneIn\":1,\"lost\":0,\"results\":["
                                + "{\"policy\":\"lru\",\"memoryPages\":2,\"hits\":1,\"hitPercent\":33.3333,");
    }

    @Test
    void whatCannotBeReadIsSaidAndExitsWithOne() throws IOException {
        Path bad = Files.writeString(directory.resolve("bad.txt"), "1\nx\n");
        Run run = run("simulate", bad.toString());
        assertThat(run.status).isOne();
        assertThat(run.err).contains("bad.txt, line 2: the key is no number");
        assertThat(run("simulate", directory.resolve("none").toString()).err).contains("remap trace: no file");
        assertThat(run("simulate").err).contains("name a file, or --synthetic");
        assertThat(run("simulate", "--synthetic", "tide").err)
                .contains("no synthetic trace \"tide\"; there are: zipf,");
        assertThat(run("simulate", "--synthetic", "zipf", "--policy", "fifo").err)
                .contains("no policy \"fifo\"");
    }

    @Test
    void memoryThatIsNoSizeIsRefused() {
        assertThat(run("simulate", "--synthetic", "zipf", "--memory", "lots").err)
                .contains("is no size such as 64M or 10%");
        assertThat(run("simulate", "--synthetic", "zipf", "--memory", "0%").err).contains("less than a page");
    }

    @Test
    void aRecordingOfNobodyIsRefused() {
        Run run = run(
                "record", "no such region", "--out", directory.resolve("out").toString());
        assertThat(run.status).isOne();
        assertThat(run.err).startsWith("remap trace: ");
    }
}
