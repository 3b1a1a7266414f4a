// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code file_loop.c}: the kernel's side, in a memory cgroup, or UMap, whose buffer has a size of its own. */
final class MappedFilePeer {
    private final CLoop loop;
    private final String cgroup;
    private final DataFolder data;
    private final FilesPlan plan;

    MappedFilePeer(CLoop loop, @Nullable MemoryCgroup cgroup, DataFolder data, FilesPlan plan) {
        this.loop = loop;
        this.cgroup = cgroup == null ? "-" : cgroup.folder().toString();
        this.data = data;
        this.plan = plan;
    }

    /** How it maps the file; the C program's words in lower case. */
    enum Mapping {
        RANDOM,
        NORMAL,
        UMAP
    }

    /** What runs beside the readers; the C program's words in lower case. */
    enum Beside {
        NONE,
        SCAN,
        MERGE
    }

    Sample measure(Mapping how, AccessPattern pattern, int threads, Beside beside)
            throws IOException, InterruptedException {
        List<Object> arguments = new ArrayList<>(List.of(
                how.name().toLowerCase(Locale.ROOT),
                data.main().path(),
                data.table(pattern),
                cgroup,
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
