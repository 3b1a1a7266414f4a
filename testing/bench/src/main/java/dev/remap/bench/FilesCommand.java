// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code remap bench files}. */
@Command(
        name = "files",
        sortOptions = false,
        usageHelpWidth = 100,
        description = {
            "Reads of a file larger than the memory for it, beside the kernel's page cache in a memory cgroup of the same size and UMap,",
            "and scattered batches beside fio. Makes its files, and deletes them. Needs gcc, fio and, for the cgroup, root."
        })
final class FilesCommand implements Callable<Integer> {
    private static final int FAILED = 2;
    private static final long STEP = 4 << 20;
    private static final int MEASURE_MS = 1500;
    private static final int WARM_UP_LIMIT_MS = 60_000;
    private static final int QUICK_MS = 1000;

    /** So that what runs beside the readers would fill their memory in less than the warm-up and the measurement. */
    private static final double PACE_OF_DRAM = 0.3;

    @Mixin
    private CommonOptions options = new CommonOptions();

    @Option(
            names = "--rows",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "uniform,zipf,scan,merge,batch",
            description =
                    "uniform, zipf: reads alone. scan, merge: with that beside. batch: scattered pages (default: ${DEFAULT-VALUE})")
    private List<FilesRow> rows = List.of();

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "2G",
            converter = ByteSize.class,
            description = "of the file; a merge needs as much again, less a quarter (default: ${DEFAULT-VALUE})")
    private long sizeBytes;

    @Option(
            names = "--dram",
            paramLabel = "SIZE",
            defaultValue = "512M",
            converter = ByteSize.class,
            description = "what each side may have in memory (default: ${DEFAULT-VALUE})")
    private long dramBytes;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "of each group (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "4",
            description =
                    "accesses for each 4 KiB of that memory before each measurement, within 60 s (default: ${DEFAULT-VALUE})")
    private int warmUp;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "${sys:java.io.tmpdir}",
            description = "where the files are made, on a disk (default: ${DEFAULT-VALUE})")
    private Path folder = Path.of("");

    @Option(
            names = "--umap",
            paramLabel = "DIR",
            description =
                    "where an LLNL UMap is installed, with include/ and lib/, to read the same file (default: it does not take part)")
    private @Nullable Path umap;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec = picocli.CommandLine.Model.CommandSpec.create();

    private final List<String> missing = new ArrayList<>();

    @Override
    public Integer call() throws InterruptedException {
        check(sizeBytes >= 64 << 20 && sizeBytes % STEP == 0, "--size must be a multiple of 4M, 64M or more");
        check(dramBytes >= 32 << 20 && dramBytes <= sizeBytes / 2, "--dram must be 32M to half of --size");
        check(rounds >= 1 && rounds <= 100, "--rounds must be 1 to 100");
        check(warmUp >= 1 && warmUp <= 100, "--warm-up must be 1 to 100");
        check(Files.isDirectory(folder), folder + " is not a directory");
        Console console = options.console();
        Set<FilesRow> wanted = EnumSet.copyOf(rows);
        try (CpuCondition.Applied applied = CpuCondition.HELD.apply();
                var data = new DataFolder(folder, sizeBytes, wanted.contains(FilesRow.MERGE), console)) {
            if (!applied.note().isEmpty()) {
                missing.add(applied.note());
            }
            measure(data, wanted, console);
            return 0;
        } catch (IOException e) {
            console.endProgress();
            System.err.println("remap bench files: " + e.getMessage());
            return FAILED;
        }
    }

    private void check(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private FilesPlan plan() {
        long accesses = warmUp * dramBytes / DataFile.PAGE;
        int limit = options.quick() ? QUICK_MS : WARM_UP_LIMIT_MS;
        int measure = options.quick() ? QUICK_MS : MEASURE_MS;
        return new FilesPlan(sizeBytes, dramBytes, rounds, accesses, limit, measure, (long) (dramBytes * PACE_OF_DRAM));
    }

    private void measure(DataFolder data, Set<FilesRow> wanted, Console console)
            throws IOException, InterruptedException {
        FilesPlan plan = plan();
        boolean fio = hasFio(wanted);
        try (CLoop loop = build();
                CLoop umapLoop = buildUmap();
                MemoryCgroup cgroup = loop == null ? null : cgroup();
                var remap = new RemapFiles(data, plan)) {
            MappedFilePeer mapped =
                    loop == null || cgroup == null ? null : new MappedFilePeer(loop, cgroup, data, plan);
            MappedFilePeer umapped = umapLoop == null ? null : new MappedFilePeer(umapLoop, null, data, plan);
            FilesRun run = new FilesRun(plan, data, remap, mapped, umapped, fio);
            console.lines(FilesReport.heading(plan, missing));
            List<SideGroup> groups = run.groups(wanted);
            for (SideGroup group : groups) {
                run.measure(group, console);
                console.lines(GroupTable.lines(group));
            }
            console.result(FilesReport.results(plan, groups, missing).json());
        }
    }

    private boolean hasFio(Set<FilesRow> wanted) throws IOException, InterruptedException {
        String reason = wanted.contains(FilesRow.BATCH) ? Fio.missing() : "";
        if (!reason.isEmpty()) {
            missing.add(reason);
        }
        return reason.isEmpty();
    }

    private @Nullable CLoop build() throws IOException, InterruptedException {
        try {
            return CLoop.build("file_loop");
        } catch (CLoop.Missing e) {
            missing.add("mmap: " + e.getMessage());
            return null;
        }
    }

    private @Nullable CLoop buildUmap() throws IOException, InterruptedException {
        Path folder = umap;
        if (folder == null) {
            missing.add("LLNL UMap: not given; --umap DIR says where it is installed");
            return null;
        }
        String lib = folder.resolve("lib").toAbsolutePath().toString();
        try {
            return CLoop.build(
                    "file_loop",
                    "-DWITH_UMAP",
                    "-I" + folder.resolve("include"),
                    "-L" + lib,
                    "-Wl,-rpath," + lib,
                    "-lumap");
        } catch (CLoop.Missing e) {
            missing.add("LLNL UMap: " + e.getMessage());
            return null;
        }
    }

    private @Nullable MemoryCgroup cgroup() throws IOException {
        try {
            return MemoryCgroup.create(dramBytes);
        } catch (MemoryCgroup.Unavailable e) {
            missing.add("mmap: " + e.getMessage());
            return null;
        }
    }
}
