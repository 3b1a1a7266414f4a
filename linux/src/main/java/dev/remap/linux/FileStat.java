// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

/**
 * What a file is and when it was last written: {@code linux/stat.h} ({@code struct statx}, Linux 4.11).
 *
 * <p>The figures are those of the last {@link #read} that succeeded. Not thread-safe; allocates nothing after construction.
 */
public final class FileStat {

    /** Type, mode, link count, mtime, inode and size. */
    private static final int MASK = 0x1 | 0x2 | 0x4 | 0x40 | 0x100 | 0x200;

    private static final int NLINK_OFFSET = 16;
    private static final int MODE_OFFSET = 28;
    private static final int INODE_OFFSET = 32;
    private static final int SIZE_OFFSET = 40;
    private static final int MTIME_SECONDS_OFFSET = 112;
    private static final int MTIME_NANOS_OFFSET = 120;
    private static final int DEVICE_OFFSET = 136;

    private static final int S_IFMT = 0xF000;
    private static final int S_IFREG = 0x8000;

    private long sizeBytes;
    private long mtimeSeconds;
    private int mtimeNanos;
    private long inode;
    private long device;
    private int mode;
    private int links;

    /** All figures are 0 until the first {@link #read}. */
    public FileStat() {}

    /** Reads the figures of the file that {@code fd} is open on: 0 or -errno, which leaves them as they were. */
    public long read(int fd) {
        long block = Scratch.current().address;
        long result = FileIo.statx(fd, MASK, block);
        if (result < 0) {
            return result;
        }
        sizeBytes = Native.getLong(block + SIZE_OFFSET);
        mtimeSeconds = Native.getLong(block + MTIME_SECONDS_OFFSET);
        mtimeNanos = Native.getInt(block + MTIME_NANOS_OFFSET);
        inode = Native.getLong(block + INODE_OFFSET);
        device = Native.getLong(block + DEVICE_OFFSET);
        mode = Native.getShort(block + MODE_OFFSET) & 0xFFFF;
        links = Native.getInt(block + NLINK_OFFSET);
        return result;
    }

    public long sizeBytes() {
        return sizeBytes;
    }

    /** When the contents last changed, in seconds since 1970; {@link #mtimeNanos} is the rest. */
    public long mtimeSeconds() {
        return mtimeSeconds;
    }

    public int mtimeNanos() {
        return mtimeNanos;
    }

    public long inode() {
        return inode;
    }

    /** Major and minor number of the file system's device, in one opaque number. */
    public long device() {
        return device;
    }

    /** Names the file has; 0 once it has been deleted. */
    public int links() {
        return links;
    }

    /** Permission bits. */
    public int permissions() {
        return mode & ~S_IFMT;
    }

    public boolean isRegularFile() {
        return (mode & S_IFMT) == S_IFREG;
    }

    /** The kind of file in words: "regular file", "directory", "pipe". */
    public String kind() {
        return switch (mode & S_IFMT) {
            case S_IFREG -> "regular file";
            case 0x4000 -> "directory";
            case 0x2000 -> "character device";
            case 0x6000 -> "block device";
            case 0x1000 -> "pipe";
            case 0xA000 -> "symbolic link";
            case 0xC000 -> "socket";
            default -> "file of no known kind";
        };
    }
}
