// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The files that are read: made here, and deleted with their folder however the benchmark ends, short of SIGKILL. */
final class DataFolder implements AutoCloseable {
    private static final double ROOM = 1.05;
    private static final int INPUT_SHARE = 4;
    private static final int TABLE_LENGTH = AccessPattern.TABLE_LENGTH;
    private static final List<AccessPattern> PATTERNS = List.of(AccessPattern.UNIFORM, AccessPattern.ZIPF);

    private final ScratchFolder folder;
    private final DataFile main;
    private final List<DataFile> inputs;
    private final Map<AccessPattern, int[]> tables = new EnumMap<>(AccessPattern.class);

    /** @param merge whether the files of a merge are wanted as well */
    DataFolder(Path parent, long bytes, boolean merge, Console console) throws IOException {
        long needed = bytesOnDisk(bytes, merge);
        FileStore disk = Files.getFileStore(parent);
        if (disk.getUsableSpace() < needed * ROOM) {
            throw new IOException(Format.of(
                    "%s has %,d MiB free, the files take %,d; --size and --dir change that",
                    parent, disk.getUsableSpace() >> 20, needed >> 20));
        }
        folder = ScratchFolder.createIn(parent);
        main = new DataFile(folder.resolve("main"), 1, bytes);
        inputs = merge ? List.of(input("a", 2, bytes), input("b", 3, bytes)) : List.of();
        for (AccessPattern pattern : PATTERNS) {
            tables.put(pattern, pattern.table(main.pages(), new AccessPattern.Lane(0, 1), TABLE_LENGTH));
        }
        write(console);
    }

    private DataFile input(String name, long seed, long bytes) {
        return new DataFile(folder.resolve(name), seed, bytes / INPUT_SHARE);
    }

    private void write(Console console) throws IOException {
        List<DataFile> files = new ArrayList<>(inputs);
        files.add(main);
        try {
            for (DataFile file : files) {
                console.progress("writing " + (file.bytes() >> 20) + " MiB");
                file.write();
            }
            for (AccessPattern pattern : PATTERNS) {
                Zipf.write(pages(pattern), table(pattern));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Two inputs and an output beside the file itself. */
    static long bytesOnDisk(long bytes, boolean merge) {
        return bytes + (merge ? 3 * bytes / INPUT_SHARE : 0) + (long) PATTERNS.size() * TABLE_LENGTH * Integer.BYTES;
    }

    DataFile main() {
        return main;
    }

    /** Of a merge: two, a quarter as long as the main file each. */
    List<DataFile> inputs() {
        return inputs;
    }

    Path output() {
        return folder.resolve("out");
    }

    /** The pages to read, in their order, as the C loop reads them. Uniform or Zipf. */
    Path table(AccessPattern pattern) {
        return folder.resolve("table-" + pattern);
    }

    /** The same. */
    int[] pages(AccessPattern pattern) {
        return tables.getOrDefault(pattern, new int[0]);
    }

    @Override
    public void close() {
        folder.close();
    }
}
