// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** By {@code FileChannel.read} at a position, into buffers off the heap. */
final class ChannelAccess implements FileAccess {
    private final FileChannel keys;
    private final FileChannel records;
    private final ByteBuffer block = ByteBuffer.allocateDirect(KeyEntry.BLOCK_BYTES);
    private final MemorySegment blockSegment = MemorySegment.ofBuffer(block);
    private final ByteBuffer record = ByteBuffer.allocateDirect(OrderEncoder.MAX_BYTES);
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(IndexFiles.CHUNK_BYTES);

    private ChannelAccess(FileChannel keys, FileChannel records) {
        this.keys = keys;
        this.records = records;
    }

    static FileAccess open(IndexFiles files) throws IOException {
        FileChannel keys = FileChannel.open(files.keys());
        try {
            return new ChannelAccess(keys, FileChannel.open(files.records()));
        } catch (IOException e) {
            keys.close();
            throw e;
        }
    }

    @Override
    public MemorySegment block(long offset, int length) throws IOException {
        fill(keys, offset, block, length);
        return blockSegment;
    }

    @Override
    public void record(long offset, byte[] target, int length) throws IOException {
        fill(records, offset, record, length);
        record.get(target, 0, length);
    }

    @Override
    public void scan(long offset, byte[] target, int length) throws IOException {
        fill(records, offset, chunk, length);
        chunk.get(target, 0, length);
    }

    private static void fill(FileChannel channel, long offset, ByteBuffer buffer, int length) throws IOException {
        buffer.clear().limit(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw new EOFException("the file ends before " + (offset + length));
            }
        }
        buffer.flip();
    }

    @Override
    public void close() throws IOException {
        keys.close();
        records.close();
    }
}
