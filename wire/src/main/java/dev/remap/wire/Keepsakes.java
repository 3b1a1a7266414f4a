// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What must outlive a manager: by key, some bytes and duplicates of descriptors. The manager's own copy, of which whoever is to go on after
 * its death has another: a standby, a broker. Keys are paths, so that what belongs to a region can be dropped with it.
 *
 * <p>What is kept is with the others, or on its way there, when {@link #keep} returns: a manager may rely on it from then on, since a
 * message that was sent is read even if its sender is dead by then. Thread-safe.
 */
public final class Keepsakes implements AutoCloseable {
    /** A value and descriptors, which are this object's to close. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Kept(byte[] value, int[] fds) {
        /** Closes the descriptors. */
        public void close() {
            for (int fd : fds) {
                FileIo.close(fd);
            }
        }
    }

    /** Where a copy goes. */
    public interface Copy {
        /** Something is kept; the descriptors stay the sender's. Never blocks for long. */
        void kept(String key, byte[] value, int[] fds);

        /** What is kept under a key, and under all keys below it, is gone. */
        void dropped(String key);

        /** The same, except that its owner has only let go of it. */
        default void released(String key) {
            dropped(key);
        }

        /** All there was has been sent. */
        void ready();
    }

    private final boolean keeps;
    private final TreeMap<String, Kept> byKey = new TreeMap<>();
    private final List<Copy> copies = new ArrayList<>();

    /** Keeps what it is given. */
    public Keepsakes() {
        this(true);
    }

    private Keepsakes(boolean keeps) {
        this.keeps = keeps;
    }

    /** Where nobody goes on after the manager's death: keeps nothing. */
    public static Keepsakes nothing() {
        return new Keepsakes(false);
    }

    /** Whether anything is kept. */
    public boolean keeps() {
        return keeps;
    }

    /**
     * Keeps a value and duplicates of descriptors, which stay the caller's, in place of what was kept under this key.
     *
     * @throws IOException if this process may not have another descriptor
     */
    public synchronized void keep(String key, byte[] value, int... fds) throws IOException {
        if (!keeps) {
            return;
        }
        int[] own = new int[fds.length];
        for (int i = 0; i < fds.length; i++) {
            long duplicate = FileIo.fcntlDup(fds[i]);
            if (duplicate < 0) {
                for (int j = 0; j < i; j++) {
                    FileIo.close(own[j]);
                }
                throw new IOException("dup of a descriptor for the standby: " + Errno.name(duplicate)
                        + "; raise ulimit -n: with a standby a manager needs each descriptor twice");
            }
            own[i] = (int) duplicate;
        }
        put(key, new Kept(value, own));
        for (Copy copy : copies) {
            copy.kept(key, value, own);
        }
    }

    /** Keeps what arrived, descriptors included. */
    public synchronized void put(String key, Kept kept) {
        Kept before = byKey.put(key, kept);
        if (before != null) {
            before.close();
        }
    }

    /** Drops what is kept under a key, and under all keys below it. */
    public synchronized void drop(String key) {
        if (forget(key)) {
            copies.forEach(copy -> copy.dropped(key));
        }
    }

    /** Drops it here; a copy that outlives its owner may keep it. */
    public synchronized void release(String key) {
        if (forget(key)) {
            copies.forEach(copy -> copy.released(key));
        }
    }

    private boolean forget(String key) {
        List<String> dropped = keysUnder(key);
        for (String each : dropped) {
            Kept kept = byKey.remove(each);
            if (kept != null) {
                kept.close();
            }
        }
        return !dropped.isEmpty();
    }

    /** What is kept under a key, or null. */
    public synchronized @Nullable Kept get(String key) {
        return byKey.get(key);
    }

    /** What is kept under a key, for the caller to close; null if there is nothing. Copies are not told. */
    public synchronized @Nullable Kept take(String key) {
        return byKey.remove(key);
    }

    /** All keys that something is kept under, in order. */
    public synchronized List<String> keys() {
        return new ArrayList<>(byKey.keySet());
    }

    /** A key and all keys below it that something is kept under, in order. */
    public synchronized List<String> keysUnder(String key) {
        List<String> keys = new ArrayList<>();
        for (String each : byKey.tailMap(key).keySet()) {
            if (!each.startsWith(key)) {
                break;
            }
            if (each.length() == key.length() || each.charAt(key.length()) == '/') {
                keys.add(each);
            }
        }
        return keys;
    }

    /** Sends all there is, and from now on every change, until {@link #detach}. */
    public synchronized void attach(Copy target) {
        copies.add(target);
        byKey.forEach((key, kept) -> target.kept(key, kept.value(), kept.fds()));
        target.ready();
    }

    /** Sends nothing any more. */
    public synchronized void detach(Copy target) {
        copies.remove(target);
    }

    @Override
    public synchronized void close() {
        byKey.values().forEach(Kept::close);
        byKey.clear();
    }
}
