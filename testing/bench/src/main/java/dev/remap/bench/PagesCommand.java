// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code remap bench pages}. */
@Command(
        name = "pages",
        sortOptions = false,
        usageHelpWidth = 100,
        description = {
            "Reads of a file through Remap, Neo4j's page cache and Apache Ignite's page memory, each in a JVM of its own, with as much",
            "DRAM for pages. Makes its files, and deletes them. No memory cgroup, no root: all three read past the kernel's page cache."
        })
final class PagesCommand implements Callable<Integer> {
    private static final int FAILED = 2;
    private static final long STEP = 4 << 20;
    private static final long FILE = 1 << 30;
    private static final long QUICK_FILE = 256 << 20;
    private static final int DRAM_SHARE = 4;
    private static final int ROUNDS = 5;
    private static final int QUICK_ROUNDS = 2;
    private static final int MEASURE_MS = 2000;
    private static final int QUICK_MS = 1000;

    /** Long enough for compilers, and to fill a cache; a turn only has to bring back what was pushed out of the CPU. */
    private static final int WARM_UP_MS = 3000;

    @Mixin
    private CommonOptions options = new CommonOptions();

    @Option(
            names = "--rows",
            split = ",",
            paramLabel = "NAME",
            description = "of ${COMPLETION-CANDIDATES} (default: all)")
    private List<PagesRow> rows = List.of(PagesRow.values());

    @Option(
            names = "--sides",
            split = ",",
            paramLabel = "NAME",
            description = "of ${COMPLETION-CANDIDATES} (default: all)")
    private List<PagesSide> sides = List.of(PagesSide.values());

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "of the file, of which Ignite has a copy (default: 1G; --quick: 256M)")
    private @Nullable Long sizeBytes;

    @Option(
            names = "--dram",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "for the pages of each, 32M or more (default: a quarter of --size)")
    private @Nullable Long dramBytes;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "that read (default: ${DEFAULT-VALUE})")
    private int threads;

    @Option(names = "--rounds", paramLabel = "N", description = "of each row (default: 5; --quick: 2)")
    private @Nullable Integer rounds;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "${sys:java.io.tmpdir}",
            description = "where the files are made, on a disk (default: ${DEFAULT-VALUE})")
    private Path folder = Path.of("");

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec = picocli.CommandLine.Model.CommandSpec.create();

    private final Results results = new Results("pages");

    @Override
    public Integer call() throws InterruptedException {
        PagesPlan plan = plan();
        Console console = options.console();
        try (CpuCondition.Applied applied = CpuCondition.HELD.apply();
                ScratchFolder scratch = ScratchFolder.createIn(folder)) {
            if (!applied.note().isEmpty()) {
                results.missing(applied.note());
            }
            DataFile file = PagesMain.file(scratch.resolve("main"), plan);
            console.progress("writing " + (plan.fileBytes() >> 20) + " MiB");
            file.write();
            measure(plan, file, scratch, console);
            console.result(results.json());
            return 0;
        } catch (IOException e) {
            console.endProgress();
            System.err.println("remap bench pages: " + e.getMessage());
            return FAILED;
        }
    }

    private PagesPlan plan() {
        Long askedSize = sizeBytes;
        Long askedDram = dramBytes;
        long size = askedSize != null ? askedSize : options.quick() ? QUICK_FILE : FILE;
        long dram = askedDram != null ? askedDram : size / DRAM_SHARE;
        check(size >= 64 << 20 && size % STEP == 0, "--size must be a multiple of 4M, 64M or more");
        check(dram >= 32 << 20 && dram <= size, "--dram must be 32M to --size");
        check(threads >= 1 && threads <= 16, "--threads must be 1 to 16");
        check(rounds() >= 1 && rounds() <= 100, "--rounds must be 1 to 100");
        check(Files.isDirectory(folder), folder + " is not a directory");
        int measure = options.quick() ? QUICK_MS : MEASURE_MS;
        return new PagesPlan(size, dram, threads, options.quick() ? QUICK_MS : WARM_UP_MS, measure);
    }

    private int rounds() {
        Integer asked = rounds;
        return asked != null ? asked : options.quick() ? QUICK_ROUNDS : ROUNDS;
    }

    private void check(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private void measure(PagesPlan plan, DataFile file, ScratchFolder scratch, Console console)
            throws IOException, InterruptedException {
        Map<PagesSide, ChildProgram> children = new EnumMap<>(PagesSide.class);
        try {
            start(children, plan, file, scratch, console);
            results.setting("file_bytes", plan.fileBytes());
            results.setting("dram_bytes", plan.dramBytes());
            results.setting("warm_up_ms", plan.warmUpMs());
            results.setting("measure_ms", plan.measureMs());
            console.lines(heading(plan));
            for (PagesRow row : EnumSet.copyOf(rows)) {
                SideGroup group = group(row, children);
                for (int round = 0; round < rounds(); round++) {
                    group.measure(round, console);
                }
                console.endProgress();
                console.lines(GroupTable.lines(group));
                results.add(group);
            }
        } finally {
            children.values().forEach(ChildProgram::close);
        }
    }

    private void start(
            Map<PagesSide, ChildProgram> children,
            PagesPlan plan,
            DataFile file,
            ScratchFolder scratch,
            Console console)
            throws IOException, InterruptedException {
        Set<PagesSide> wanted = EnumSet.copyOf(sides);
        for (PagesSide side : wanted) {
            if (side != PagesSide.REMAP && PagesSide.JARS.isEmpty()) {
                results.missing(side.words() + ": no jars of it; ./remap bench says where they are");
                continue;
            }
            console.progress(side.words() + ": starting");
            Path work = Files.createDirectory(scratch.resolve(side.name()));
            var child = ChildProgram.start(
                    List.of(), side.jvm(), PagesMain.class.getName(), side, file.path(), work, plan.words());
            children.put(side, child);
            String status = child.await(PagesMain.STATUS);
            if (!status.equals(PagesMain.READY)) {
                child.close();
                children.remove(side);
                results.missing(side.words() + " on Java " + Runtime.version().feature() + ": " + status);
            }
        }
        console.endProgress();
    }

    private SideGroup group(PagesRow row, Map<PagesSide, ChildProgram> children) {
        SideGroup group = new SideGroup(row.words() + ", threads: " + threads, "accesses");
        Map<PagesSide, Integer> lines = new EnumMap<>(PagesSide.class);
        children.forEach((side, child) ->
                lines.put(side, group.add(Side.of(side.words(), round -> sample(child, row, round)))));
        Integer remap = lines.remove(PagesSide.REMAP);
        if (remap != null) {
            lines.values().forEach(peer -> group.showRatio(peer, remap, peer));
        }
        return group;
    }

    private static Sample sample(ChildProgram child, PagesRow row, int round) throws IOException, InterruptedException {
        child.send(row + " " + round);
        return Sample.ofFile(child.await(PagesMain.SAMPLE));
    }

    private List<String> heading(PagesPlan plan) {
        List<String> lines = new ArrayList<>();
        lines.add(Format.of(
                "8-byte reads of a file of %,d MiB that does not compress, each of them checked; %,d MiB of DRAM for the pages of",
                plan.fileBytes() >> 20, plan.dramBytes() >> 20));
        lines.add("each side, heaps of 512 MiB apart. hits: in the first, half as many pages as that are read.");
        lines.add(Format.of(
                "Accesses a second: median (smallest..largest) of %d rounds of %.1f s after %.1f s to warm up, the sides in turns;",
                rounds(), plan.measureMs() / 1e3, plan.warmUpMs() / 1e3));
        lines.add(
                "others: median. p50 to p99.9: one access of 16. hits: no read of the disk. ratio: Remap's rate to the peer's.");
        results.missing().forEach(reason -> lines.add("n/a: " + reason));
        return lines;
    }
}
