// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A core dump's segments: which addresses' bytes are in it ({@code elf.h}, 64 bits, little endian). */
final class CoreFile {
    private static final int HEADER_BYTES = 64;
    private static final int TABLE_OFFSET_AT = 32;
    private static final int ENTRY_SIZE_AT = 54;
    private static final int ENTRIES_AT = 56;
    private static final int ADDRESS_AT = 16;
    private static final int FILE_BYTES_AT = 32;
    private static final int MEMORY_BYTES_AT = 40;
    private static final int PT_LOAD = 1;

    private CoreFile() {}

    /** How many bytes of an address range are in the dump. */
    static long dumpedBytes(Path core, long start, long end) throws IOException {
        long dumped = 0;
        try (RandomAccessFile file = new RandomAccessFile(core.toFile(), "r")) {
            ByteBuffer header = read(file, 0, HEADER_BYTES);
            int entryBytes = header.getShort(ENTRY_SIZE_AT);
            int entries = Short.toUnsignedInt(header.getShort(ENTRIES_AT));
            ByteBuffer table = read(file, header.getLong(TABLE_OFFSET_AT), entries * entryBytes);
            for (int at = 0; at < entries * entryBytes; at += entryBytes) {
                long address = table.getLong(at + ADDRESS_AT);
                boolean inside = address < end && start < address + table.getLong(at + MEMORY_BYTES_AT);
                dumped += table.getInt(at) == PT_LOAD && inside ? table.getLong(at + FILE_BYTES_AT) : 0;
            }
        }
        return dumped;
    }

    private static ByteBuffer read(RandomAccessFile file, long offset, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        FileChannel channel = file.getChannel();
        int read = 0;
        while (buffer.hasRemaining() && read >= 0) {
            read = channel.read(buffer, offset + buffer.position());
        }
        return buffer.flip();
    }
}
