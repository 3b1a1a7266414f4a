// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Writes a file from its start, in pieces of one MiB, and keeps the CRC-32C of each. Not thread-safe. */
final class ChunkWriter implements AutoCloseable {
    private final FileChannel channel;
    private final byte[] chunk = new byte[IndexFiles.CHUNK_BYTES];
    private final ByteBuffer buffer = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
    private int[] sums = new int[64];
    private int chunks;
    private long written;

    ChunkWriter(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** Appends all that is left in {@code bytes}. */
    void append(ByteBuffer bytes) throws IOException {
        written += bytes.remaining();
        while (bytes.hasRemaining()) {
            int part = Math.min(bytes.remaining(), buffer.remaining());
            buffer.put(buffer.position(), bytes, bytes.position(), part);
            buffer.position(buffer.position() + part);
            bytes.position(bytes.position() + part);
            if (!buffer.hasRemaining()) {
                flush();
            }
        }
    }

    /** Bytes appended so far. */
    long written() {
        return written;
    }

    private void flush() throws IOException {
        if (chunks == sums.length) {
            sums = Arrays.copyOf(sums, 2 * chunks);
        }
        sums[chunks++] = IndexFiles.crc(chunk, buffer.position());
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    /** Writes what is left and waits for the disk. The CRC-32C of each MiB, the last of which may be short. */
    int[] finish() throws IOException {
        if (buffer.position() > 0) {
            flush();
        }
        channel.force(true);
        return Arrays.copyOf(sums, chunks);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
