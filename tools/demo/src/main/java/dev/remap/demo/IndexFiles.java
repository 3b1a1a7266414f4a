// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.zip.CRC32C;

/**
 * A data set in a folder of its own: {@code keys} (sorted, see {@link KeyEntry}) and {@code records}; beside them what a program would
 * keep in memory, the first key of each block of keys ({@code fences}), and the CRC-32C of each MiB of records ({@code sums}).
 *
 * @param directory the folder
 */
record IndexFiles(Path directory) {
    static final int CHUNK_BYTES = 1 << 20;
    private static final String FORMAT = "orders-1";
    private static final String NAME = "remap-demo-orders";

    /**
     * What a finished data set says of itself.
     *
     * @param askedBytes the size it was made for
     * @param entries how many keys and records
     */
    record Facts(long askedBytes, long entries) {}

    /** Where a data set of a size is kept for later runs. */
    static IndexFiles kept(Path parent, long bytes) {
        return new IndexFiles(parent.resolve(NAME + "-" + bytes));
    }

    /** A new empty folder that no other run uses. */
    static IndexFiles temporary(Path parent) throws IOException {
        return new IndexFiles(Files.createTempDirectory(parent, NAME + "-"));
    }

    Path keys() {
        return directory.resolve("keys");
    }

    Path records() {
        return directory.resolve("records");
    }

    Path fences() {
        return directory.resolve("fences");
    }

    Path sums() {
        return directory.resolve("sums");
    }

    private Path facts() {
        return directory.resolve("facts");
    }

    /** Whether it was built to its end, for this size and in this version's format. */
    boolean isComplete(long bytes) throws IOException {
        if (!Files.isRegularFile(facts())) {
            return false;
        }
        Properties found = properties();
        return FORMAT.equals(found.getProperty("format"))
                && Long.toString(bytes).equals(found.getProperty("asked"))
                && Long.toString(bytes()).equals(found.getProperty("bytes"));
    }

    Facts readFacts() throws IOException {
        Properties found = properties();
        return new Facts(
                Long.parseLong(found.getProperty("asked", "0")), Long.parseLong(found.getProperty("entries", "0")));
    }

    private Properties properties() throws IOException {
        Properties found = new Properties();
        try (Reader in = Files.newBufferedReader(facts())) {
            found.load(in);
        }
        return found;
    }

    /** To be written last: it makes the data set complete. */
    void writeFacts(Facts facts) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("format", FORMAT);
        properties.setProperty("asked", Long.toString(facts.askedBytes()));
        properties.setProperty("bytes", Long.toString(bytes()));
        properties.setProperty("entries", Long.toString(facts.entries()));
        try (Writer out = Files.newBufferedWriter(facts())) {
            properties.store(out, null);
        }
    }

    /** Bytes of keys and records. */
    long bytes() throws IOException {
        return Files.size(keys()) + Files.size(records());
    }

    long[] readFences() throws IOException {
        long[] fences = new long[(int) (Files.size(fences()) / Long.BYTES)];
        littleEndian(fences()).asLongBuffer().get(fences);
        return fences;
    }

    int[] readSums() throws IOException {
        int[] sums = new int[(int) (Files.size(sums()) / Integer.BYTES)];
        littleEndian(sums()).asIntBuffer().get(sums);
        return sums;
    }

    private static ByteBuffer littleEndian(Path file) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    }

    static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /** Of what is left in a buffer, which is read to its end. */
    static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** Deletes the folder, if it is there. */
    void delete() throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(directory);
    }
}
