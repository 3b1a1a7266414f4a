// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import dev.remap.driver.Tier;
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
 * Size and inode do not change by stores and count at once. A look that fails decides nothing; if it was the one after our stores, the
 * next look takes the time it finds for theirs.
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
    private boolean timeIsKnown = true;
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
                && (writers > 0
                        || !timeIsKnown
                        || (stat.mtimeSeconds() == mtimeSeconds && stat.mtimeNanos() == mtimeNanos));
    }

    /** Looks at the file: 0, {@link Tier#STALE}, or {@link Tier#IO_ERROR} if it cannot be looked at, which says nothing of it. */
    long look(int fd, FileStat stat) {
        if (stale) {
            return Tier.STALE;
        }
        int before = (int) VERSION.getAcquire(this);
        long seconds = mtimeSeconds;
        int nanos = mtimeNanos;
        if (stat.read(fd) < 0) {
            return Tier.IO_ERROR;
        }
        boolean changed = stat.mtimeSeconds() != seconds || stat.mtimeNanos() != nanos;
        if (isAnother(stat) || (changed && (before & 1) == 0 && !isOwnChange(stat, before))) {
            stale = true;
        }
        return stale ? Tier.STALE : 0;
    }

    /** Whether a store of ours has begun or ended since, or the time that the last one has left was not known, and is this. */
    private boolean isOwnChange(FileStat stat, int before) {
        VarHandle.fullFence();
        if ((int) VERSION.getAcquire(this) != before) {
            return true;
        }
        synchronized (this) {
            if ((int) VERSION.get(this) != before) {
                return true;
            }
            if (timeIsKnown) {
                return false;
            }
            remember(stat);
            VERSION.setVolatile(this, before + 2);
            return true;
        }
    }

    private void remember(FileStat stat) {
        mtimeSeconds = stat.mtimeSeconds();
        mtimeNanos = stat.mtimeNanos();
        timeIsKnown = true;
    }

    private boolean isAnother(FileStat stat) {
        return stat.sizeBytes() != sizeBytes || stat.inode() != key.inode || stat.device() != key.device;
    }

    /** Begins writing if the answer is 0; else as {@link #look}. */
    long tryBeginStore(int fd, FileStat stat) {
        long look = look(fd, stat);
        if (look < 0) {
            return look;
        }
        synchronized (this) {
            if (writers++ == 0) {
                VERSION.setVolatile(this, (int) VERSION.get(this) + 1);
            }
        }
        return 0;
    }

    /** Remembers the time that our writes have left; 0 if the file still is what it was, else as {@link #look}. */
    synchronized long endStore(int fd, FileStat stat) {
        boolean looked = stat.read(fd) >= 0;
        if (!looked) {
            timeIsKnown = false;
        } else {
            stale |= isAnother(stat);
            remember(stat);
        }
        if (--writers == 0) {
            VERSION.setVolatile(this, (int) VERSION.get(this) + 1);
        }
        if (stale) {
            return Tier.STALE;
        }
        return looked ? 0 : Tier.IO_ERROR;
    }
}
