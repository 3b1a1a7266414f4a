// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.wire.StandbyMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What must outlive a manager: by key, some bytes and duplicates of descriptors. The manager's own copy, of which its standby has another;
 * a new standby is told all of it. Keys are paths, so that what belongs to a region can be dropped with it.
 *
 * <p>What is kept is with the standby, or on its way there, when {@link #keep} returns: a manager may rely on it from then on, since a
 * message that was sent is read even if its sender is dead by then. Thread-safe.
 */
final class Keepsakes implements AutoCloseable {
    /** A value and descriptors, which are this object's to close. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Kept(byte[] value, int[] fds) {
        void close() {
            for (int fd : fds) {
                FileIo.close(fd);
            }
        }
    }

    /** Where a copy goes. */
    interface Copy {
        /** Sends a message; never blocks for long. */
        void send(StandbyMessage message, int... fds);
    }

    private final boolean keeps;
    private final TreeMap<String, Kept> byKey = new TreeMap<>();
    private @Nullable Copy copy;

    Keepsakes() {
        this(true);
    }

    private Keepsakes(boolean keeps) {
        this.keeps = keeps;
    }

    /** Where there is no standby: keeps nothing. */
    static Keepsakes nothing() {
        return new Keepsakes(false);
    }

    /** Whether anything is kept. */
    boolean keeps() {
        return keeps;
    }

    /** Keeps a value and duplicates of descriptors, which stay the caller's, in place of what was kept under this key. */
    synchronized void keep(String key, byte[] value, int... fds) throws IOException {
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
        if (copy != null) {
            copy.send(new StandbyMessage.Keep(key, value), own);
        }
    }

    /** Keeps what arrived, descriptors included. */
    synchronized void put(String key, Kept kept) {
        Kept before = byKey.put(key, kept);
        if (before != null) {
            before.close();
        }
    }

    /** Drops what is kept under a key, and under all keys below it. */
    synchronized void drop(String key) {
        List<String> dropped = keysUnder(key);
        if (dropped.isEmpty()) {
            return;
        }
        for (String each : dropped) {
            Kept kept = byKey.remove(each);
            if (kept != null) {
                kept.close();
            }
        }
        if (copy != null) {
            copy.send(new StandbyMessage.Drop(key));
        }
    }

    /** What is kept under a key, or null. */
    synchronized @Nullable Kept get(String key) {
        return byKey.get(key);
    }

    /** A key and all keys below it that something is kept under, in order. */
    synchronized List<String> keysUnder(String key) {
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
    synchronized void attach(Copy target) {
        copy = target;
        for (Map.Entry<String, Kept> entry : byKey.entrySet()) {
            Kept kept = entry.getValue();
            target.send(new StandbyMessage.Keep(entry.getKey(), kept.value()), kept.fds());
        }
        target.send(new StandbyMessage.Ready());
    }

    /** Sends nothing any more. */
    synchronized void detach() {
        copy = null;
    }

    @Override
    public synchronized void close() {
        byKey.values().forEach(Kept::close);
        byKey.clear();
    }
}
