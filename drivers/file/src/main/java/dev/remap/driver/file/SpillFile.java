// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import dev.remap.driver.Tier;
import dev.remap.driver.TierContext;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A region's file of slots: sparse, without a name, its owner's only. */
final class SpillFile {
    private static final int FLAGS = FileIo.O_RDWR | FileIo.O_CLOEXEC;
    private static final int OWNER_ONLY = 0600;
    private static final String KEPT_NAME = "spill";
    private static final long DROP_INTERVAL_NS = 1_000_000_000;

    /** There are twice as many slots as pages: room for runs while others wait to be punched. The file is sparse. */
    private static final long LEAST_SLOTS = 4096;

    private final int fd;
    private final boolean direct;
    private final long slots;
    private long droppedAtNs = System.nanoTime();

    private final boolean adopted;

    private SpillFile(int fd, boolean direct, long slots, boolean adopted) {
        this.fd = fd;
        this.direct = direct;
        this.slots = slots;
        this.adopted = adopted;
    }

    /** The file that a former manager has left, or else a new one, which is kept for the next. */
    static SpillFile open(TierContext context, FileOptions.Direct direct) throws IOException {
        int left = context.descriptors().kept(KEPT_NAME);
        if (left >= 0) {
            boolean isDirect = (FileIo.statusFlags(left) & FileIo.O_DIRECT) != 0;
            return new SpillFile(left, isDirect, FileIo.fileSize(left) >>> RawMemory.PAGE_SHIFT, true);
        }
        SpillFile made = create(context, direct);
        try {
            context.descriptors().keep(KEPT_NAME, made.fd);
        } catch (IOException e) {
            made.close();
            throw e;
        }
        return made;
    }

    private static SpillFile create(TierContext context, FileOptions.Direct direct) throws IOException {
        Path directory = context.spillDirectory();
        int fd = create(directory, context.regionName());
        long slots = size(fd, context.regionPages());
        if (slots < 0) {
            FileIo.close(fd);
            throw failure("ftruncate of a file in spill directory " + directory, slots, "look at ulimit -f");
        }
        if (direct == FileOptions.Direct.OFF) {
            return new SpillFile(fd, false, slots, false);
        }
        long reopened = reopenDirect(fd);
        if (reopened >= 0) {
            FileIo.close(fd);
            return new SpillFile((int) reopened, true, slots, false);
        }
        if (direct == FileOptions.Direct.ON) {
            FileIo.close(fd);
            throw failure(
                    "O_DIRECT on a file in spill directory " + directory,
                    reopened,
                    "use direct=auto, or a directory on ext4 or XFS");
        }
        return new SpillFile(fd, false, slots, false);
    }

    /** Whether a former manager has filled it. */
    boolean isAdopted() {
        return adopted;
    }

    int fd() {
        return fd;
    }

    boolean isDirect() {
        return direct;
    }

    /** How many slots the file has room for. */
    long slots() {
        return slots;
    }

    /** 0, or -errno. */
    long punch(long slot, long count) {
        return FileIo.punchHole(fd, slot << RawMemory.PAGE_SHIFT, count << RawMemory.PAGE_SHIFT);
    }

    /** Has the kernel write its copies to disk and forget those that are written, about once a second. Of the storing thread. */
    void dropCached() {
        long now = System.nanoTime();
        if (!direct && now - droppedAtNs > DROP_INTERVAL_NS) {
            droppedAtNs = now;
            FileIo.fadvise(fd, 0, 0, FileIo.POSIX_FADV_DONTNEED);
        }
    }

    void close() {
        FileIo.close(fd);
    }

    private static int create(Path directory, String regionName) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException("spill directory " + directory
                    + (Files.exists(directory) ? " is not a directory" : " does not exist") + ": region " + regionName
                    + " cannot have a file tier. Create it, or start the manager with another");
        }
        long fd = FileIo.open(directory.toString(), FileIo.O_TMPFILE | FileIo.O_EXCL | FLAGS, OWNER_ONLY);
        if (fd == -Errno.EOPNOTSUPP || fd == -Errno.EISDIR || fd == -Errno.EINVAL) {
            fd = createAndUnlink(directory);
        }
        if (fd < 0) {
            throw failure("making a file in spill directory " + directory, fd, remedy((int) -fd, directory));
        }
        return (int) fd;
    }

    /** For file systems that cannot make a file without a name, as NFS and some overlays. */
    static long createAndUnlink(Path directory) throws IOException {
        String name = "remap-spill-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        Path path = directory.resolve(name);
        long fd = FileIo.open(path.toString(), FileIo.O_CREAT | FileIo.O_EXCL | FileIo.O_NOFOLLOW | FLAGS, OWNER_ONLY);
        if (fd >= 0) {
            Files.delete(path);
        }
        return fd;
    }

    /** Gives the file its size, so that no write extends it: as many slots as the file system can, or -errno. */
    private static long size(int fd, long regionPages) {
        long slots = Math.min(Tier.LOCATION_LIMIT, Math.max(LEAST_SLOTS, 2 * regionPages));
        long result = FileIo.ftruncate(fd, slots << RawMemory.PAGE_SHIFT);
        while (result == -Errno.EFBIG && slots > 1) {
            slots /= 2;
            result = FileIo.ftruncate(fd, slots << RawMemory.PAGE_SHIFT);
        }
        return result < 0 ? result : slots;
    }

    /** A descriptor around the page cache, after trying a page; or -errno, where pages are not what its device can address. */
    private static long reopenDirect(int fd) {
        long direct = FileIo.reopen(fd, FileIo.O_RDWR | FileIo.O_DIRECT);
        if (direct < 0) {
            return direct;
        }
        PageChecksum buffer = new PageChecksum(1);
        long read = PageIo.read((int) direct, buffer.address(0), RawMemory.PAGE_BYTES, 0);
        if (read < 0) {
            FileIo.close((int) direct);
            return read;
        }
        return direct;
    }

    private static String remedy(int errno, Path directory) {
        return switch (errno) {
            case Errno.EACCES, Errno.EPERM ->
                "make it writable for the manager's user, or start the manager with another";
            case Errno.EROFS -> "its file system is read-only: start the manager with another";
            case Errno.ENOSPC -> "its file system is full: free space, or start the manager with another";
            case Errno.EMFILE, Errno.ENFILE -> "look at ulimit -n, fs.file-max";
            default -> "start the manager with a spill directory other than " + directory;
        };
    }

    private static IOException failure(String call, long result, String remedy) {
        return new IOException(
                call + " failed: " + Errno.name(result) + "; the region cannot have a file tier. Remedy: " + remedy);
    }
}
