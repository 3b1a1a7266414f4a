// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;

/** A file open with O_DIRECT that has no name, so that nothing is left of it however the process ends. Used by one thread. */
final class DirectFile implements AutoCloseable {
    private final FileChannel channel;

    private DirectFile(FileChannel channel) {
        this.channel = channel;
    }

    /** In the first of the usual places for temporary files that is a real file system. */
    static DirectFile create() throws IOException {
        IOException refusal = new IOException("no place for a file with O_DIRECT");
        for (String place : List.of(System.getProperty("java.io.tmpdir"), "/var/tmp", System.getProperty("user.dir"))) {
            try {
                return createIn(Path.of(place));
            } catch (IOException | UnsupportedOperationException e) {
                refusal.addSuppressed(e);
            }
        }
        throw refusal;
    }

    private static DirectFile createIn(Path place) throws IOException {
        if (Files.getFileStore(place).type().equals("tmpfs")) {
            throw new IOException(place + " is a tmpfs");
        }
        Path path = Files.createTempFile(place, "remap-torture-", ".dat");
        try {
            Set<OpenOption> options = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, direct());
            return new DirectFile(FileChannel.open(path, options));
        } finally {
            Files.delete(path);
        }
    }

    /** {@code ExtendedOpenOption.DIRECT}, which javac does not let one name without a warning that nothing suppresses. */
    private static OpenOption direct() {
        try {
            Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
            return (OpenOption) options.getField("DIRECT").get(null);
        } catch (ReflectiveOperationException e) {
            throw new UnsupportedOperationException("this JDK has no O_DIRECT", e);
        }
    }

    /** The channel, at the file's start. */
    FileChannel rewound() throws IOException {
        return channel.position(0);
    }

    void write(MemorySegment bytes) throws IOException {
        ByteBuffer buffer = bytes.asByteBuffer();
        while (buffer.hasRemaining()) {
            channel.write(buffer, buffer.position());
        }
    }

    void read(MemorySegment target, long length) throws IOException {
        ByteBuffer buffer = target.asSlice(0, length).asByteBuffer();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, buffer.position()) < 0) {
                throw new IOException("the file ends after " + buffer.position() + " of " + length + " bytes");
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
