// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import io.trino.tpch.Order;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.function.LongConsumer;

/** Makes a data set from generated orders. */
final class IndexBuilder {
    private final IndexFiles files;
    private final ByteBuffer entry = ByteBuffer.allocate(KeyEntry.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long[] fences = new long[1024];
    private long entries;

    IndexBuilder(IndexFiles files) {
        this.files = files;
    }

    /** Writes orders until keys and records have so many bytes together. Progress is told the bytes so far. */
    void build(long bytes, LongConsumer progress) throws IOException {
        OrderSource source = new OrderSource();
        OrderEncoder encoder = new OrderEncoder();
        try (ChunkWriter keys = new ChunkWriter(files.keys());
                ChunkWriter records = new ChunkWriter(files.records())) {
            while (keys.written() + records.written() < bytes) {
                Order order = source.next();
                append(order, source.lines().size(), encoder.encode(order, source.lines()), keys, records);
                progress.accept(keys.written() + records.written());
            }
            keys.finish();
            writeInts(records.finish());
        }
        writeFences();
        files.writeFacts(new IndexFiles.Facts(bytes, entries));
    }

    private void append(Order order, int lines, ByteBuffer record, ChunkWriter keys, ChunkWriter records)
            throws IOException {
        long key = order.getOrderKey();
        if (key != OrderKeys.at(entries)) {
            throw new IllegalStateException("order " + entries + " has the key " + key);
        }
        if (entries % KeyEntry.PER_BLOCK == 0) {
            addFence(key);
        }
        int crc = IndexFiles.crc(record.duplicate());
        KeyEntry.put(entry.clear(), key, records.written(), record.remaining(), crc, order.getOrderDate(), lines);
        keys.append(entry.flip());
        records.append(record);
        entries++;
    }

    private void addFence(long key) {
        int block = (int) (entries / KeyEntry.PER_BLOCK);
        if (block == fences.length) {
            fences = Arrays.copyOf(fences, 2 * block);
        }
        fences[block] = key;
    }

    private void writeFences() throws IOException {
        int count = (int) ((entries + KeyEntry.PER_BLOCK - 1) / KeyEntry.PER_BLOCK);
        ByteBuffer bytes = ByteBuffer.allocate(count * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(fences, 0, count);
        Files.write(files.fences(), bytes.array());
    }

    private void writeInts(int[] sums) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(sums.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(sums);
        Files.write(files.sums(), bytes.array());
    }
}
