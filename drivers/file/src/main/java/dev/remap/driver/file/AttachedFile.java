// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import dev.remap.driver.BackingFiles;
import dev.remap.driver.Tier;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.FileStat;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A file at a range of pages, held by one descriptor. */
final class AttachedFile {
    /** Devices whose file system has read a page around the page cache: asking each file anew would cost a read of the disk. */
    private static final Set<Long> DIRECT_DEVICES = ConcurrentHashMap.newKeySet();

    private final long firstPage;
    private final long fileOffset;
    private final long bytes;
    private final BackingFiles.Mode mode;
    private final int fd;
    private final boolean direct;
    private final FileVersion version;
    private volatile boolean detaching;
    private boolean closed;

    private AttachedFile(Place place, BackingFiles.Mode mode, int fd, boolean direct, FileVersion version) {
        firstPage = place.firstPage();
        fileOffset = place.fileOffset();
        bytes = place.bytes();
        this.mode = mode;
        this.fd = fd;
        this.direct = direct;
        this.version = version;
    }

    /** Which bytes of a file lie at which pages. */
    record Place(long firstPage, long fileOffset, long bytes) {
        long endPage() {
            return firstPage + ((bytes + RawMemory.PAGE_BYTES - 1) >>> RawMemory.PAGE_SHIFT);
        }
    }

    /** Takes over the descriptor, also if it fails. */
    static AttachedFile open(Place place, int fd, BackingFiles.Mode mode, boolean direct) throws IOException {
        int usable = fd;
        try {
            FileStat stat = new FileStat();
            check(fd, stat, place);
            usable = usableFor(fd, mode);
            int buffered = usable;
            usable = direct ? direct(buffered, place.fileOffset(), stat.device()) : buffered;
            return new AttachedFile(place, mode, usable, usable != buffered, FileVersion.of(stat));
        } catch (IOException e) {
            FileIo.close(usable);
            throw e;
        }
    }

    /** As {@link #open}, for a file that may have become shorter or another meanwhile: then it is stale. */
    static AttachedFile adopt(Place place, int fd, BackingFiles.Mode mode, boolean direct, boolean changed)
            throws IOException {
        FileStat stat = new FileStat();
        long result = stat.read(fd);
        boolean whole = result >= 0 && place.bytes() <= stat.sizeBytes() - place.fileOffset();
        if (whole && !changed) {
            return open(place, fd, mode, direct);
        }
        return new AttachedFile(place, mode, fd, false, FileVersion.stale(stat));
    }

    private static void check(int fd, FileStat stat, Place place) throws IOException {
        long result = stat.read(fd);
        if (result < 0) {
            throw new IOException(
                    "statx(descriptor " + fd + ") failed: " + Errno.name(result) + "; nothing is attached");
        }
        if (!stat.isRegularFile()) {
            throw new IOException(
                    "descriptor " + fd + " is open on a " + stat.kind() + "; only regular files can be attached");
        }
        if (place.bytes() > stat.sizeBytes() - place.fileOffset()) {
            throw new IOException(
                    "the file has " + stat.sizeBytes() + " bytes; " + place.bytes() + " from " + place.fileOffset()
                            + " reach beyond its end. Attach fewer, or make the file longer first (ftruncate)");
        }
    }

    /** The descriptor, or another on the same file where this one has flags that would lead writes elsewhere. */
    private static int usableFor(int fd, BackingFiles.Mode mode) throws IOException {
        long flags = FileIo.statusFlags(fd);
        int access = (int) (flags & FileIo.O_ACCMODE);
        boolean writes = mode == BackingFiles.Mode.READ_WRITE;
        if (flags < 0
                || (flags & FileIo.O_PATH) != 0
                || (writes ? access != FileIo.O_RDWR : access == FileIo.O_WRONLY)) {
            throw new IOException("descriptor " + fd + " is not open for reading" + (writes ? " and writing" : "")
                    + "; open the file so, or attach it in another mode");
        }
        if ((flags & (FileIo.O_APPEND | FileIo.O_DIRECT)) == 0) {
            return fd;
        }
        long other = FileIo.reopen(fd, access);
        if (other < 0) {
            throw new IOException(
                    "descriptor " + fd + " has O_APPEND or O_DIRECT, and opening the file without failed: "
                            + Errno.name(other) + ". Open it without these flags");
        }
        FileIo.close(fd);
        return (int) other;
    }

    /** A descriptor around the page cache instead of this one, if a page can be read so; else this one. */
    private static int direct(int fd, long offset, long device) {
        long flags = FileIo.statusFlags(fd);
        long direct = FileIo.reopen(fd, (int) (flags & FileIo.O_ACCMODE) | FileIo.O_DIRECT);
        if (direct < 0) {
            return fd;
        }
        if (!DIRECT_DEVICES.contains(device)) {
            if (FileIo.pread((int) direct, new PageChecksum(1).address(0), RawMemory.PAGE_BYTES, offset) < 0) {
                FileIo.close((int) direct);
                return fd;
            }
            DIRECT_DEVICES.add(device);
        }
        FileIo.close(fd);
        return (int) direct;
    }

    long firstPage() {
        return firstPage;
    }

    long endPage() {
        return firstPage + ((bytes + RawMemory.PAGE_BYTES - 1) >>> RawMemory.PAGE_SHIFT);
    }

    boolean has(long page) {
        return page >= firstPage && (page - firstPage) << RawMemory.PAGE_SHIFT < bytes;
    }

    /** Only what was begun is still fetched. */
    void startDetaching() {
        detaching = true;
    }

    boolean isDetaching() {
        return detaching;
    }

    boolean isWritable() {
        return mode == BackingFiles.Mode.READ_WRITE;
    }

    boolean isDirect() {
        return direct;
    }

    /** For whole pages that lie at a multiple of 4096. */
    int fdForPages() {
        return fd;
    }

    long offset(long page) {
        return fileOffset + ((page - firstPage) << RawMemory.PAGE_SHIFT);
    }

    /** How many bytes of a page are the file's: 4096, or fewer on the last page. */
    int bytesOf(long page) {
        return (int) Math.min(RawMemory.PAGE_BYTES, bytes - ((page - firstPage) << RawMemory.PAGE_SHIFT));
    }

    /** Reads one page through the page cache: 0 or {@link Tier#IO_ERROR}. */
    long readBuffered(long page, long target) {
        int length = bytesOf(page);
        RawMemory.zero(target + length, RawMemory.PAGE_BYTES - length);
        int buffered = openBuffered();
        if (buffered < 0) {
            return Tier.IO_ERROR;
        }
        long result = PageIo.read(buffered, target, length, offset(page));
        closeBuffered(buffered);
        return result < 0 ? Tier.IO_ERROR : 0;
    }

    /** Writes one page, its bytes of the file only, through the page cache: 0, or a refusal. */
    long writeBuffered(long page, long source) {
        int buffered = openBuffered();
        if (buffered < 0) {
            return Tier.IO_ERROR;
        }
        long result = PageIo.write(buffered, source, bytesOf(page), offset(page));
        closeBuffered(buffered);
        if (result >= 0) {
            return 0;
        }
        return PageIo.isFull(result) ? Tier.NO_CAPACITY : Tier.IO_ERROR;
    }

    /** A descriptor through the page cache, or -errno. Rarely needed where there is direct I/O, so not kept open for each file. */
    private int openBuffered() {
        return direct ? (int) FileIo.reopen(fd, (int) (FileIo.statusFlags(fd) & FileIo.O_ACCMODE)) : fd;
    }

    private void closeBuffered(int buffered) {
        if (buffered != fd) {
            FileIo.close(buffered);
        }
    }

    /** {@code fdatasync}: 0, {@link Tier#IO_ERROR}, {@link Tier#STALE}. Blocks; a close meanwhile waits. */
    synchronized long sync(FileStat stat) {
        long look = closed ? Tier.IO_ERROR : look(stat);
        if (look < 0) {
            return look;
        }
        return FileIo.fdatasync(fd) < 0 ? Tier.IO_ERROR : 0;
    }

    /** Whether the file was changed by somebody else. On any thread, also while the file is being detached. */
    synchronized boolean isStaleUnlessClosed(FileStat stat) {
        return !closed && look(stat) == Tier.STALE;
    }

    /** Looks at the file: 0, {@link Tier#STALE}, {@link Tier#IO_ERROR}. */
    long look(FileStat stat) {
        return version.look(fd, stat);
    }

    /** Begins writing if the answer is 0; else as {@link #look}. */
    long tryBeginStore(FileStat stat) {
        return version.tryBeginStore(fd, stat);
    }

    /** Remembers the time that our writes have left; 0 if the file still is what it was, else as {@link #look}. */
    long endStore(FileStat stat) {
        return version.endStore(fd, stat);
    }

    synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        version.release();
        FileIo.close(fd);
    }
}
