// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Both queries in Remap's regions and in the kernel's memory: a turn starts a JVM, loads the table, and runs both. */
final class TpchRun {
    private static final String MAIN = "dev.remap.demo.QueryMain";
    private static final String RESULT = "result";
    private static final long ROWS_AT_1 = 6_001_215;
    private static final int COLUMNS = 7;
    private static final int MAPPED_SHARE = 4;
    private static final int POOL_FIELD = 2;

    /** What Remap needs of the columns where there is no peer to be equal to: a part as it is, and the rest compressed. */
    private static final double GUESSED_SHARE = 0.65;

    /** All of the heap is there before the cgroup is entered, so that what is charged to that are the columns. */
    private static final List<String> JVM =
            List.of("-XX:+UseSerialGC", "-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "-XX:-UsePerfData");

    private final double scale;
    private final int repeats;
    private final SideGroup q1;
    private final SideGroup q6;

    /** The last turn of each side, by its line: it runs both queries, each of which has a group of its own. */
    private final Map<Integer, Turn> turns = new HashMap<>();

    private long budgetBytes;
    private boolean peer;

    /** What a turn came to. */
    private record Turn(long rows, double dramBytes, double q1Seconds, double q6Seconds) {
        static Turn parse(String line, double dramBytes) {
            String[] words = line.split(" ", 4);
            double dram = Double.parseDouble(words[1]);
            return new Turn(
                    Long.parseLong(words[0]),
                    dram > 0 ? dram : dramBytes,
                    Double.parseDouble(words[2]),
                    Double.parseDouble(words[3]));
        }

        Sample sample(double seconds) {
            return Sample.ofRate(rows / seconds).dram(dramBytes);
        }
    }

    TpchRun(double scale, int repeats) {
        this.scale = scale;
        this.repeats = repeats;
        budgetBytes = (long) (columnBytes() * GUESSED_SHARE);
        q1 = new SideGroup("TPC-H Q1, scale " + scale, "rows");
        q6 = new SideGroup("TPC-H Q6, scale " + scale, "rows");
    }

    /** Gives Remap as much DRAM as the kernel's side takes. Answers why that side is missing; empty if it is not. */
    String findBudget() throws IOException, InterruptedException {
        String reason = "";
        try {
            budgetBytes = (long) kernelTurn().dramBytes();
            peer = true;
        } catch (MemoryCgroup.Unavailable | ZramSwap.Unavailable e) {
            reason = String.valueOf(e.getMessage());
        }
        add("Remap, touches", this::remapTurn);
        if (peer) {
            add("kernel, swap on zram", this::peerTurn);
            groups().forEach(group -> group.showRatio(0, 0, 1));
        }
        return reason;
    }

    /** Runs a side once. */
    private interface Turning {
        Turn run() throws IOException, InterruptedException;
    }

    private void add(String words, Turning turning) {
        int line = q1.lines();
        q1.add(Side.of(words, round -> {
            Turn turn = turning.run();
            turns.put(line, turn);
            return turn.sample(turn.q1Seconds());
        }));
        q6.add(Side.of(words, round -> {
            Turn turn = Objects.requireNonNull(turns.remove(line), "Q1 goes first");
            return turn.sample(turn.q6Seconds());
        }));
    }

    double scale() {
        return scale;
    }

    boolean hasPeer() {
        return peer;
    }

    long columnBytes() {
        return (long) (ROWS_AT_1 * scale * COLUMNS * Long.BYTES);
    }

    /** What of the columns the kernel's side may have uncompressed. */
    long mappedBytes() {
        return columnBytes() / MAPPED_SHARE;
    }

    /** What Remap may have for pages of both kinds. */
    long budgetBytes() {
        return budgetBytes;
    }

    List<SideGroup> groups() {
        return List.of(q1, q6);
    }

    void measure(int round, Console console) throws IOException, InterruptedException {
        q1.measure(round, console);
        q6.measure(round, console);
    }

    private ChildProgram start(String kind, Object argument) throws IOException {
        var jvm = new ChildProgram.Jvm(JVM, System.getProperty("java.class.path"));
        return ChildProgram.start(List.of(), jvm, MAIN, scale, repeats, kind, argument);
    }

    private Turn remapTurn() throws IOException, InterruptedException {
        try (ChildProgram child = start("remap", budgetBytes)) {
            return Turn.parse(child.await(RESULT), 0);
        }
    }

    private Turn peerTurn() throws IOException, InterruptedException {
        try {
            return kernelTurn();
        } catch (MemoryCgroup.Unavailable | ZramSwap.Unavailable e) {
            throw new IOException(e);
        }
    }

    private Turn kernelTurn() throws MemoryCgroup.Unavailable, ZramSwap.Unavailable, IOException, InterruptedException {
        try (KernelSwap kernel = KernelSwap.open(columnBytes(), mappedBytes());
                ChildProgram child = start("memory", kernel.cgroup().folder().resolve("cgroup.procs"))) {
            String result = child.await(RESULT);
            return Turn.parse(
                    result,
                    number(kernel.cgroup().usageFile(), 0)
                            + number(kernel.swap().memoryFile(), POOL_FIELD));
        }
    }

    private static double number(Path file, int field) throws IOException {
        return Double.parseDouble(Files.readString(file).strip().split(" +", -1)[field]);
    }
}
