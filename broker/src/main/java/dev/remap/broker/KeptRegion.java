// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.broker;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.wire.Keepsakes;
import dev.remap.wire.KeptLayout;
import dev.remap.wire.Request;
import dev.remap.wire.RequestCodec;
import dev.remap.wire.WireException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A region that no manager serves: how it was made, and the descriptors of its memory, its words and its tiers. That is all there is to a
 * region.
 *
 * @param parts by keys below the region's; closed with this
 */
record KeptRegion(Request.CreateRegion spec, Map<String, Keepsakes.Kept> parts) {
    /** The keys of regions among those of a manager. */
    static List<String> keys(Keepsakes keepsakes) {
        return keepsakes.keysUnder(KeptLayout.REGIONS).stream()
                .filter(key -> KeptLayout.regionOf(key) >= 0)
                .toList();
    }

    /** How the region under a key was made; null if that is not kept. */
    static Request.@Nullable CreateRegion spec(Keepsakes keepsakes, String key) {
        Keepsakes.Kept kept = keepsakes.get(key);
        try {
            return kept != null && RequestCodec.fromBytes(kept.value()) instanceof Request.CreateRegion spec
                    ? spec
                    : null;
        } catch (WireException e) {
            throw new IllegalStateException("what a manager keeps of a region cannot be read", e);
        }
    }

    /** Takes a region out of what a manager has kept. */
    static KeptRegion take(Keepsakes keepsakes, String key, Request.CreateRegion spec) {
        Map<String, Keepsakes.Kept> parts = new TreeMap<>();
        for (String each : keepsakes.keysUnder(key)) {
            Keepsakes.Kept kept = keepsakes.take(each);
            if (kept != null) {
                parts.put(each.substring(key.length()), kept);
            }
        }
        return new KeptRegion(spec, parts);
    }

    /**
     * What regions occupy.
     *
     * @param regions how many they are
     * @param dramBytes of their memory, their compressed pages and their words
     * @param diskBytes of their spill files
     */
    record Usage(int regions, long dramBytes, long diskBytes) {
        static final Usage NOTHING = new Usage(0, 0, 0);

        Usage plus(Usage other) {
            return new Usage(regions + other.regions, dramBytes + other.dramBytes, diskBytes + other.diskBytes);
        }
    }

    Usage usage() {
        long dram = 0;
        long disk = 0;
        for (Keepsakes.Kept part : parts.values()) {
            for (int fd : part.fds()) {
                boolean twice = (FileIo.statusFlags(fd) & FileIo.O_ACCMODE) == 0; // for those that may only read
                long bytes = twice ? 0 : Math.max(0, FileIo.allocatedBytes(fd));
                if (Memfd.seals(fd) >= 0) {
                    dram += bytes;
                } else {
                    disk += bytes;
                }
            }
        }
        return new Usage(1, dram, disk);
    }

    /** Another one with duplicates of the descriptors. */
    KeptRegion duplicate() throws IOException {
        Map<String, Keepsakes.Kept> copy = new TreeMap<>();
        KeptRegion made = new KeptRegion(spec, copy);
        for (Map.Entry<String, Keepsakes.Kept> entry : parts.entrySet()) {
            int[] fds = entry.getValue().fds().clone();
            for (int i = 0; i < fds.length; i++) {
                long own = FileIo.fcntlDup(fds[i]);
                if (own < 0) {
                    for (int j = 0; j < i; j++) {
                        FileIo.close(fds[j]);
                    }
                    made.close();
                    throw new IOException("dup of a kept descriptor: " + Errno.name(own) + "; raise ulimit -n");
                }
                fds[i] = (int) own;
            }
            copy.put(entry.getKey(), new Keepsakes.Kept(entry.getValue().value(), fds));
        }
        return made;
    }

    void close() {
        parts.values().forEach(Keepsakes.Kept::close);
    }
}
