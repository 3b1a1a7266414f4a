// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.wire.ClaimCode;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The shared regions that this process has open. Each has a manager of its own, and so this process has a second complete connection for
 * it: a {@link ManagedRemap} with a userfaultfd and a dead man's switch of its own, and that one region. Thread-safe.
 */
final class SharedRegions {
    private final Path socket;
    private final RemapConfig config;
    private final Map<String, ManagedRemap> open = new TreeMap<>();

    SharedRegions(Path socket, RemapConfig config) {
        this.socket = socket;
        this.config = config;
    }

    /** Makes one. */
    synchronized Region create(String name, RegionSpec spec) throws RemapException {
        ManagedRemap remap = join(ClaimCode.CREATE, name, spec.schema());
        if (remap == null) {
            throw new RemapException(
                    RemapException.Category.EXISTS,
                    "there is a region named " + name + " that is not shared",
                    "Open it (Remap.open), or remove it (Remap.remove) first.");
        }
        return with(remap, name, () -> remap.createHere(name, spec));
    }

    /** Opens one, as {@code UID/name} one of another user; null if there is a region of this name that is not shared. */
    synchronized @Nullable Region open(String name, String schema) throws RemapException {
        ManagedRemap remap = join(ClaimCode.OPEN, name, schema);
        String managersName = name.substring(name.indexOf('/') + 1);
        return remap == null ? null : with(remap, name, () -> remap.openHere(name, managersName, schema));
    }

    private interface Opening {
        ManagedRegion run() throws RemapException;
    }

    private Region with(ManagedRemap remap, String name, Opening opening) throws RemapException {
        boolean opened = false;
        try {
            ManagedRegion region = opening.run();
            open.put(name, remap);
            remap.onClosed(() -> closed(name, remap));
            opened = true;
            return region;
        } finally {
            if (!opened) {
                remap.close();
            }
        }
    }

    private void closed(String name, ManagedRemap remap) {
        synchronized (this) {
            open.remove(name, remap);
        }
        remap.close();
    }

    private @Nullable ManagedRemap join(int code, String name, String schema) throws RemapException {
        Admission admission =
                Admission.askRegion(socket, code, name, schema, DefaultBudget.of(config), config.openTimeout());
        return admission == null ? null : ManagedRemap.admitted(admission, config, null);
    }

    synchronized boolean hasName(String name) {
        return open.containsKey(name);
    }

    /** Those that are open now. */
    List<ManagedRegion> all() {
        List<ManagedRegion> all = new ArrayList<>();
        for (ManagedRemap remap : remaps()) {
            all.addAll(remap.managed().all());
        }
        return all;
    }

    private synchronized List<ManagedRemap> remaps() {
        return List.copyOf(open.values());
    }

    Optional<Range> rangeOf(MemorySegment slice) {
        return remaps().stream()
                .flatMap(remap -> remap.managed().rangeOf(slice).stream())
                .findFirst();
    }

    List<SlowTouch> slowTouches() {
        return remaps().stream().flatMap(remap -> remap.slowTouches().stream()).toList();
    }
}
