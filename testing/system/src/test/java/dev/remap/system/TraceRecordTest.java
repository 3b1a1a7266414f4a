// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.RegionSpec;
import dev.remap.RemapException;
import dev.remap.trace.TraceMain;
import dev.remap.wire.OperatorChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A manager's touches are recorded while it serves, and simulated. */
class TraceRecordTest {
    private static final long BUDGET = 8 * Pages.MIB;
    private static final long SIZE = 32 * Pages.MIB;
    private static final Pattern ACCESSES = Pattern.compile("\"accesses\":(\\d+),\"distinctPages\":(\\d+)");
    private static final Pattern HITS = Pattern.compile("\"policy\":\"(\\w+)\".*?\"hits\":(\\d+)");

    @TempDir
    Path directory;

    private final AtomicBoolean stop = new AtomicBoolean();
    private OpenRegion open;
    private Thread touching;

    @BeforeEach
    void open() throws RemapException {
        open = OpenRegion.of(BUDGET, RegionSpec.ofSize(SIZE).policy("clockpro"));
        MemorySegment memory = open.region().segment();
        touching = Thread.ofPlatform().start(() -> touch(memory));
    }

    @AfterEach
    void close() throws InterruptedException {
        stop.set(true);
        touching.join();
        open.close();
    }

    private void touch(MemorySegment memory) {
        SplittableRandom random = new SplittableRandom(42);
        while (!stop.get()) {
            long at = random.nextLong(SIZE / Pages.SIZE) * Pages.SIZE;
            memory.set(JAVA_LONG, at, memory.get(JAVA_LONG, at) + 1);
        }
    }

    private static String run(int status, String... arguments) {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            assertThat(TraceMain.run(arguments)).isEqualTo(status);
        } finally {
            System.setOut(before);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private String record(String target, int oneIn) {
        Path file = directory.resolve(target + "-" + oneIn);
        String said = run(
                0, "record", target, "--seconds", "1", "--one-in", Integer.toString(oneIn), "--out", file.toString());
        System.out.print(said);
        return run(0, "simulate", file.toString(), "--json", "--memory", "8M");
    }

    @Test
    void recordingOfALivingRegionIsSimulated() {
        String found = record("region", 1);
        Matcher accesses = ACCESSES.matcher(found);
        assertThat(accesses.find()).isTrue();
        assertThat(Long.parseLong(accesses.group(1))).isGreaterThan(1_000);
        assertThat(Long.parseLong(accesses.group(2))).isBetween(500L, SIZE / Pages.SIZE);
        long most = hits(found, "opt");
        for (String policy : new String[] {"s3fifo", "clock", "clockpro", "lru"}) {
            assertThat(hits(found, policy)).as(policy).isBetween(1L, most);
        }
    }

    @Test
    void sampleOfAProcessHasAPartOfItsPages() {
        String pid = Long.toString(ProcessHandle.current().pid());
        Matcher accesses = ACCESSES.matcher(record(pid, 16));
        assertThat(accesses.find()).isTrue();
        assertThat(Long.parseLong(accesses.group(2))).isBetween(1L, SIZE / Pages.SIZE / 8);
    }

    @Test
    void recordingEndsByItselfAndAnotherMayBegin() {
        assertThat(ask("record", "region", "1", "3600")).startsWith("ok\n");
        assertThat(ask("record-end")).isEqualTo("ok\n");
        assertThat(ask("record", "region", "1", "1")).startsWith("ok\n");
        assertThat(ask("record", "region", "1", "1")).startsWith("refused\n").contains("recording already");
        Eventually.await(
                "the recording ends",
                Duration.ofSeconds(10),
                () -> ask("record", "region", "1", "1").startsWith("ok\n"));
    }

    @Test
    void whatCannotBeRecordedIsRefused() {
        assertThat(ask("record", "elsewhere", "1", "1")).startsWith("refused\n").contains("no region \"elsewhere\"");
        assertThat(ask("record", "region", "0", "1")).startsWith("refused\n").contains("no number from 1 to");
        assertThat(ask("record", "region", "1", "-1")).startsWith("refused\n").contains("no number from 1 to");
        assertThat(ask("record")).startsWith("refused\n");
        assertThat(ask("record-end")).isEqualTo("ok\n");
    }

    private String ask(String... question) {
        try {
            return OperatorChannel.ask(open.remap().stats().managerPid(), List.of(question));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long hits(String json, String policy) {
        Matcher matcher = HITS.matcher(json);
        while (matcher.find()) {
            if (matcher.group(1).equals(policy)) {
                return Long.parseLong(matcher.group(2));
            }
        }
        throw new AssertionError("no " + policy + " in " + json);
    }
}
