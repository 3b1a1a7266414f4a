// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import dev.remap.wire.CountersLayout;
import dev.remap.wire.LogHistogram;
import dev.remap.wire.SlowTouchRing;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A copy of the shared counters of a running manager, found through {@code /proc}: looking costs the manager nothing. Read and not mapped,
 * since a look through a mapping would fill the file's holes. Needs the manager's uid, or root.
 */
record ManagerCounters(MemorySegment memory) {
    private static final String FILE_NAME = "/memfd:remap-counters";

    /** The managers of this host whose counters this process may read, by rising process id. */
    static List<ManagerCounters> all(Arena arena) {
        List<ManagerCounters> found = new ArrayList<>();
        ProcessHandle.allProcesses().mapToLong(ProcessHandle::pid).sorted().forEach(pid -> {
            ManagerCounters counters = of(pid, arena);
            if (counters != null && counters.get(CountersLayout.MANAGER_PID) == pid) {
                found.add(counters);
            }
        });
        return found;
    }

    private static @Nullable ManagerCounters of(long pid, Arena arena) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path descriptor : descriptors) {
                if (isCounters(descriptor)) {
                    return copy(descriptor, arena);
                }
            }
            return null;
        } catch (IOException e) {
            return null; // another user's process, or one that has ended
        }
    }

    private static boolean isCounters(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith(FILE_NAME);
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    private static @Nullable ManagerCounters copy(Path descriptor, Arena arena) throws IOException {
        MemorySegment memory = arena.allocate(CountersLayout.FILE_BYTES, Long.BYTES);
        ByteBuffer buffer = memory.asByteBuffer();
        try (FileChannel channel = FileChannel.open(descriptor, StandardOpenOption.READ)) {
            int read = 0;
            while (buffer.hasRemaining() && read >= 0) {
                read = channel.read(buffer, buffer.position());
            }
        }
        boolean known = memory.get(ValueLayout.JAVA_LONG, CountersLayout.MAGIC_AT) == CountersLayout.MAGIC;
        return known && !buffer.hasRemaining() ? new ManagerCounters(memory) : null;
    }

    long get(long counter) {
        return memory.get(ValueLayout.JAVA_LONG, counter);
    }

    long get(int region, long counter) {
        return get(CountersLayout.region(region) + counter);
    }

    /** A kind of fault's histogram. */
    MemorySegment histogram(int kind) {
        return memory.asSlice(CountersLayout.histogram(kind), LogHistogram.BYTES);
    }

    /** The numbers of the regions that are open. */
    List<Integer> regions() {
        List<Integer> open = new ArrayList<>();
        for (int region = 0; region < CountersLayout.MAX_REGIONS; region++) {
            if (get(region, CountersLayout.REGION_SIZE_BYTES) > 0) {
                open.add(region);
            }
        }
        return open;
    }

    String name(int region) {
        return memory.getString(CountersLayout.region(region) + CountersLayout.REGION_NAME);
    }

    String tiers(int region) {
        return memory.getString(CountersLayout.region(region) + CountersLayout.REGION_TIERS);
    }

    List<SlowTouchRing.Touch> slowTouches() {
        return SlowTouchRing.latest(memory);
    }
}
