// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import dev.remap.linux.FileStat;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.HashMap;
import java.util.Map;

/**
 * What a file was when last looked at, shared by all places where it is attached: a store through one must not make the others stale.
 * Thread-safe.
 *
 * <p>The modification time moves with our own stores too. The first of them therefore makes {@code version} odd; each remembers the time
 * it has left; the last one under way makes it even again. A fetcher that finds another time than the one remembered believes it only if
 * {@code version} was even before it read the remembered time, and is the same after it looked at the file; else the next look decides.
 * Size and inode do not change by stores and count at once.
 */
final class FileVersion {
    private static final Map<Key, FileVersion> ATTACHED = new HashMap<>();
    private static final VarHandle VERSION;

    static {
        try {
            VERSION = MethodHandles.lookup().findVarHandle(FileVersion.class, "version", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Key key;
    private final long sizeBytes;
    private long mtimeSeconds;
    private int mtimeNanos;
    private int holders = 1;
    private int writers;

    @SuppressWarnings("unused") // by VERSION
    private int version;

    private volatile boolean stale;

    private record Key(long device, long inode) {}

    private FileVersion(Key key, FileStat stat) {
        this.key = key;
        sizeBytes = stat.sizeBytes();
        mtimeSeconds = stat.mtimeSeconds();
        mtimeNanos = stat.mtimeNanos();
    }

    /** That of a file which has just been looked at; to be {@linkplain #release released}. A stale one is not shared any more. */
    static FileVersion of(FileStat stat) {
        Key key = new Key(stat.device(), stat.inode());
        synchronized (ATTACHED) {
            FileVersion known = ATTACHED.get(key);
            if (known != null && !known.stale && known.isCurrent(stat)) {
                known.holders++;
                return known;
            }
            FileVersion made = new FileVersion(key, stat);
            ATTACHED.put(key, made);
            return made;
        }
    }

    /** That of a file which is stale already, and shared with nobody. */
    static FileVersion stale(FileStat stat) {
        FileVersion made = new FileVersion(new Key(stat.device(), stat.inode()), stat);
        made.stale = true;
        return made;
    }

    void release() {
        synchronized (ATTACHED) {
            holders--;
            if (holders == 0) {
                ATTACHED.remove(key, this);
            }
        }
    }

    private synchronized boolean isCurrent(FileStat stat) {
        return stat.sizeBytes() == sizeBytes
                && (writers > 0 || (stat.mtimeSeconds() == mtimeSeconds && stat.mtimeNanos() == mtimeNanos));
    }

    /** Looks at the file. */
    boolean isStale(int fd, FileStat stat) {
        if (stale) {
            return true;
        }
        int before = (int) VERSION.getAcquire(this);
        long seconds = mtimeSeconds;
        int nanos = mtimeNanos;
        if (stat.read(fd) < 0 || isAnother(stat)) {
            stale = true;
            return true;
        }
        boolean changed = stat.mtimeSeconds() != seconds || stat.mtimeNanos() != nanos;
        if (changed && (before & 1) == 0) {
            VarHandle.fullFence();
            if ((int) VERSION.getAcquire(this) == before) {
                stale = true;
            }
        }
        return stale;
    }

    private boolean isAnother(FileStat stat) {
        return stat.sizeBytes() != sizeBytes || stat.inode() != key.inode || stat.device() != key.device;
    }

    /** Begins writing, unless the file is stale. */
    boolean tryBeginStore(int fd, FileStat stat) {
        if (isStale(fd, stat)) {
            return false;
        }
        synchronized (this) {
            if (writers++ == 0) {
                VERSION.setVolatile(this, (int) VERSION.get(this) + 1);
            }
        }
        return true;
    }

    /** Remembers the time that our writes have left; whether the file is still what it was. */
    synchronized boolean endStore(int fd, FileStat stat) {
        if (stat.read(fd) < 0 || isAnother(stat)) {
            stale = true;
        }
        mtimeSeconds = stat.mtimeSeconds();
        mtimeNanos = stat.mtimeNanos();
        if (--writers == 0) {
            VERSION.setVolatile(this, (int) VERSION.get(this) + 1);
        }
        return !stale;
    }
}
