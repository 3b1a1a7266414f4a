// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One run over files: make the data, look orders up in each way, compare. Says on the screen how far it is. */
final class FilesRun {
    private final FilesSizing sizing;
    private final Path parent;
    private final boolean keep;
    private final Screen screen;
    private double buildSeconds;

    FilesRun(FilesSizing sizing, Path parent, boolean keep, Screen screen) {
        this.sizing = sizing;
        this.parent = parent;
        this.keep = keep;
        this.screen = screen;
    }

    /** Blocks until done, and leaves nothing behind, however it ends, but the data if it is to be kept. */
    FilesResult run() throws IOException {
        introduce();
        try (CleanUp cleanUp = new CleanUp()) {
            IndexFiles files = data(cleanUp);
            MemoryGroup group = group(cleanUp);
            screen.line("");
            Map<Way, Map<Phase, PhaseResult>> ways = new EnumMap<>(Way.class);
            for (Way way : Way.values()) {
                ways.put(way, run(way, new WayProcess(sizing, files, group), files, cleanUp));
            }
            long entries = files.readFacts().entries();
            return new FilesResult(sizing, files.bytes(), entries, buildSeconds, group != null, ways);
        }
    }

    private void introduce() {
        screen.line("");
        screen.line(screen.heading("  Remap demo: an index in files, TPC-H's orders with their lines"));
        screen.line(Units.format(
                "  %s in two files; %s lookups a phase, Zipf-distributed; Remap's DRAM budget is %s",
                Units.bytes(sizing.dataBytes()), Units.count(sizing.lookups()), Units.bytes(sizing.dramBytes())));
    }

    private IndexFiles data(CleanUp cleanUp) throws IOException {
        IndexFiles kept = IndexFiles.kept(parent, sizing.dataBytes());
        if (kept.isComplete(sizing.dataBytes())) {
            screen.line("  the data is there already: " + kept.directory());
            return kept;
        }
        checkDisk();
        IndexFiles made = IndexFiles.temporary(parent);
        cleanUp.add(made::delete);
        Progress progress = new Progress(screen, "build", sizing.dataBytes() >> 20, "MiB");
        new IndexBuilder(made).build(sizing.dataBytes(), bytes -> progress.at(bytes >> 20));
        buildSeconds = progress.finish(made.bytes() >> 20, made.bytes());
        if (!keep) {
            return made;
        }
        kept.delete();
        Files.move(made.directory(), kept.directory());
        screen.line("  kept in " + kept.directory());
        return kept;
    }

    private void checkDisk() throws IOException {
        long free = Files.getFileStore(parent).getUsableSpace();
        if (free < sizing.diskBytes()) {
            throw new IOException(parent + " has " + Units.bytes(free) + " free, and the data takes "
                    + Units.bytes(sizing.diskBytes()) + ". Use --dir for another disk, or --size for less data");
        }
    }

    private @Nullable MemoryGroup group(CleanUp cleanUp) {
        try {
            MemoryGroup group = MemoryGroup.create(sizing.memoryBytes());
            cleanUp.add(group::close);
            screen.line(Units.format(
                    "  every way may use %s in all, page cache included: the budget and %s for its JVMs",
                    Units.bytes(sizing.memoryBytes()), Units.bytes(FilesSizing.JVM_BYTES)));
            return group;
        } catch (IOException e) {
            screen.line("  NO MEMORY LIMIT for the peers, who may use all of this machine's page cache:");
            screen.line("  no control group could be made: " + e);
            return null;
        }
    }

    private Map<Phase, PhaseResult> run(Way way, WayProcess process, IndexFiles files, CleanUp cleanUp)
            throws IOException {
        PageCache.drop(files.keys());
        PageCache.drop(files.records());
        Map<Phase, Progress> shown = new EnumMap<>(Phase.class);
        screen.line("  " + way.title());
        return process.run(way, cleanUp, new WayProcess.Listener() {
            @Override
            public void at(Phase phase, long done) {
                shown.computeIfAbsent(phase, p -> new Progress(screen, p.label(), sizing.lookups(), "lookups"))
                        .at(done);
            }

            @Override
            public void finished(Phase phase, PhaseResult result) {
                Progress progress = shown.get(phase);
                if (progress != null) {
                    progress.finish(result.lookups(), 0);
                }
            }
        });
    }
}
