// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.linux.FileIo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of which every word is a hash of its place, so that each read can be checked and nothing compresses.
 *
 * @param seed tells files apart
 */
record DataFile(Path path, long seed, long bytes) {
    static final long PAGE = 4096;

    private static final int BUFFER = 4 << 20;
    private static final int SEED_SHIFT = 40;

    /** Steele's SplitMix64. {@code file_loop.c} makes the same words. */
    static long word(long seed, long index) {
        long z = ((seed << SEED_SHIFT) + index) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Writes it to the disk, and leaves nothing of it in the page cache. */
    void write() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.nativeOrder());
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long at = 0; at < bytes; at += BUFFER) {
                fill(buffer.clear().asLongBuffer(), at / Long.BYTES);
                buffer.limit((int) Math.min(BUFFER, bytes - at));
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
            channel.force(true);
        }
        dropFromPageCache();
    }

    private void fill(LongBuffer words, long first) {
        for (int i = 0; i < words.limit(); i++) {
            words.put(i, word(seed, first + i));
        }
    }

    /** So that a measurement begins cold, and what a memory cgroup reads is charged to it. */
    void dropFromPageCache() {
        long fd = FileIo.open(path.toString(), FileIo.O_RDONLY | FileIo.O_CLOEXEC, 0);
        if (fd >= 0) {
            FileIo.fadvise((int) fd, 0, 0, FileIo.POSIX_FADV_DONTNEED);
            FileIo.close((int) fd);
        }
    }

    /** What it has there. */
    long wordAt(int page, int word) {
        return word(seed, page * (PAGE / Long.BYTES) + word);
    }

    int pages() {
        return Math.toIntExact(bytes / PAGE);
    }

    /** @throws IllegalStateException if that is not what the file has there */
    void check(long index, long found) {
        if (found != word(seed, index)) {
            throw new IllegalStateException(
                    path.getFileName() + ": word " + index + " reads as " + Long.toHexString(found));
        }
    }

    /** Checks the first word of each page of a copy of the bytes from {@code offset} on. */
    void checkCopy(MemorySegment copy, long offset) {
        for (long at = 0; at < copy.byteSize(); at += PAGE) {
            check((offset + at) / Long.BYTES, copy.get(ValueLayout.JAVA_LONG, at));
        }
    }
}
