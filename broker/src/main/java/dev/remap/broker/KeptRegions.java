// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.broker;

import dev.remap.wire.ErrorCode;
import dev.remap.wire.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The regions that applications have left, by user and name. One that is claimed stays here, as a second copy of its descriptors, until the
 * claimant leaves it in turn: should its manager die before it has told what it took, nothing is lost. Guarded by the broker's lock.
 */
final class KeptRegions {
    private static final System.Logger LOG = System.getLogger(KeptRegions.class.getName());

    private final long keepForNs;
    private final Map<Name, Entry> byName = new LinkedHashMap<>();

    private record Name(int uid, String name) {}

    private static final class Entry {
        private KeptRegion region;
        private @Nullable Object claimant;
        private long sinceNs = System.nanoTime();

        Entry(KeptRegion region) {
            this.region = region;
        }
    }

    KeptRegions(Duration keepFor) {
        keepForNs = keepFor.toNanos();
    }

    /** A region has been left. */
    void leave(int uid, KeptRegion region) {
        Entry before = byName.get(new Name(uid, region.spec().name()));
        if (before == null) {
            byName.put(new Name(uid, region.spec().name()), new Entry(region));
            return;
        }
        if (region.parts().keySet().containsAll(before.region.parts().keySet())) {
            before.region.close();
            before.region = region;
        } else {
            region.close(); // its manager died while it took it in
        }
        before.claimant = null;
        before.sinceNs = System.nanoTime();
    }

    /** An application has ended: what it had claimed and not left is anybody's of its user again. */
    void release(Object claimant) {
        for (Entry entry : byName.values()) {
            if (claimant.equals(entry.claimant)) {
                entry.claimant = null;
                entry.sinceNs = System.nanoTime();
            }
        }
    }

    /** What an application has claimed is gone, or is not to be handed on any more. */
    void lose(Object claimant) {
        for (Iterator<Entry> all = byName.values().iterator(); all.hasNext(); ) {
            Entry entry = all.next();
            if (claimant.equals(entry.claimant)) {
                entry.region.close();
                all.remove();
            }
        }
    }

    boolean has(int uid, String name) {
        return byName.containsKey(new Name(uid, name));
    }

    /** How a region that has been left was made; null if there is none. */
    Request.@Nullable CreateRegion spec(int uid, String name) {
        Entry entry = byName.get(new Name(uid, name));
        return entry == null ? null : entry.region.spec();
    }

    /** Duplicates of a region, which is the claimant's from now on. */
    KeptRegion claim(Object claimant, int uid, String name, String schema) throws Refusal, IOException {
        Entry entry = unclaimed(claimant, uid, name);
        if (!entry.region.spec().schema().equals(schema)) {
            throw new Refusal(
                    ErrorCode.INCOMPATIBLE,
                    "region " + name + " has schema \"" + entry.region.spec().schema() + "\", not \"" + schema + "\"",
                    "Open it with the program that made it, or remove it.");
        }
        KeptRegion copy = entry.region.duplicate();
        entry.claimant = claimant;
        return copy;
    }

    /** Frees a region. */
    void remove(Object claimant, int uid, String name) throws Refusal {
        Entry entry = unclaimed(claimant, uid, name);
        if (entry.claimant != null) {
            throw new Refusal(ErrorCode.EXISTS, "region " + name + " is open in this process", "Close it first.");
        }
        entry.region.close();
        byName.remove(new Name(uid, name));
    }

    private Entry unclaimed(Object claimant, int uid, String name) throws Refusal {
        Entry entry = byName.get(new Name(uid, name));
        if (entry == null) {
            throw new Refusal(
                    ErrorCode.NOT_FOUND,
                    "user " + uid + " has left no region named " + name,
                    "Create it; it may have been kept for its time and be gone.");
        }
        if (entry.claimant != null && !entry.claimant.equals(claimant)) {
            throw new Refusal(
                    ErrorCode.EXISTS,
                    "region " + name + " is open in " + entry.claimant,
                    "Close it there, or end that process.");
        }
        return entry;
    }

    /** Frees what nobody has opened for too long. */
    void expire() {
        long nowNs = System.nanoTime();
        for (Iterator<Map.Entry<Name, Entry>> all = byName.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Name, Entry> each = all.next();
            Entry entry = each.getValue();
            if (entry.claimant == null && nowNs - entry.sinceNs > keepForNs) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "region {0} of user {1} is freed: nobody has opened it in time",
                        each.getKey().name(),
                        Integer.toString(each.getKey().uid()));
                entry.region.close();
                all.remove();
            }
        }
    }

    /** What the regions take, of all users, which no manager accounts for. */
    KeptRegion.Usage usage() {
        return usage(_ -> true);
    }

    /** The same of one user. */
    KeptRegion.Usage usage(int uid) {
        return usage(owner -> owner == uid);
    }

    private KeptRegion.Usage usage(IntPredicate owner) {
        KeptRegion.Usage sum = KeptRegion.Usage.NOTHING;
        for (Map.Entry<Name, Entry> each : byName.entrySet()) {
            if (each.getValue().claimant == null && owner.test(each.getKey().uid())) {
                sum = sum.plus(each.getValue().region.usage());
            }
        }
        return sum;
    }

    void close() {
        byName.values().forEach(entry -> entry.region.close());
        byName.clear();
    }
}
