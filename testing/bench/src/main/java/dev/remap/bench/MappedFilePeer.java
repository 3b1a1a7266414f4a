// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The kernel's side: {@code file_loop.c} in a memory cgroup. */
final class MappedFilePeer {
    private final CLoop loop;
    private final MemoryCgroup cgroup;
    private final DataFolder data;
    private final FilesPlan plan;

    MappedFilePeer(CLoop loop, MemoryCgroup cgroup, DataFolder data, FilesPlan plan) {
        this.loop = loop;
        this.cgroup = cgroup;
        this.data = data;
        this.plan = plan;
    }

    /** What runs beside the readers; the C program's words in lower case. */
    enum Beside {
        NONE,
        SCAN,
        MERGE
    }

    Sample measure(boolean random, int threads, Beside beside) throws IOException, InterruptedException {
        List<Object> arguments = new ArrayList<>(List.of(
                random ? "random" : "normal",
                data.main().path(),
                data.table(),
                cgroup.folder(),
                plan.dramBytes(),
                threads,
                plan.warmUpAccesses(),
                plan.warmUpLimitMs(),
                plan.measureMs(),
                beside.name().toLowerCase(Locale.ROOT),
                plan.pace()));
        if (beside == Beside.MERGE) {
            data.inputs().forEach(input -> arguments.add(input.path()));
            arguments.add(data.output());
        }
        try {
            return Sample.ofFile(StandardCharsets.US_ASCII
                    .decode(loop.run(arguments.toArray()))
                    .toString());
        } finally {
            data.main().dropFromPageCache();
            data.inputs().forEach(DataFile::dropFromPageCache);
        }
    }
}
