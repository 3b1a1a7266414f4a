// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import dev.remap.FileRegion;
import dev.remap.FileSpec;
import dev.remap.Remap;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;

/**
 * The file below a region, and a second way to its bytes. It loses its name as soon as the region is open, so that nothing is left of it
 * however the process ends.
 */
final class TestFile implements AutoCloseable {
    private static final int PAGE = TortureConfig.PAGE;

    private final TortureConfig config;
    private final Path path;
    private final FileChannel channel;
    private PageSums expected;

    private TestFile(TortureConfig config, Path path, FileChannel channel) {
        this.config = config;
        this.path = path;
        this.channel = channel;
        this.expected = new PageSums(config.pages());
    }

    /** A file of the region's size with content that the seed determines. */
    static TestFile create(TortureConfig config) throws IOException {
        Path path = Files.createTempFile("remap-torture-", ".dat");
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        TestFile file = new TestFile(config, path, channel);
        try {
            file.writeAll();
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private void writeAll() throws IOException {
        SplittableRandom random = new SplittableRandom(config.seed());
        MemorySegment page = MemorySegment.ofArray(new byte[PAGE]);
        boolean cheap = config.contentIsScarce();
        for (int i = 0; i < config.pages(); i++) {
            Content content = cheap ? Content.SPARSE : Content.choose(random, false);
            content.write(random, page);
            channel.write(page.asByteBuffer(), (long) i * PAGE);
            expected.set(i, page);
        }
    }

    FileRegion open(Remap remap) throws IOException {
        FileSpec spec = FileSpec.defaults().privateTiers(config.tiers().toArray(String[]::new));
        FileRegion region = remap.openFile(path, config.fileMode().mapMode(), spec);
        Files.delete(path);
        return region;
    }

    /** Reads a range through the channel, not through the region. */
    void read(long offset, MemorySegment target) throws IOException {
        ByteBuffer buffer = target.asByteBuffer();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw new TortureFailure("the file ends at " + channel.size() + " of " + config.regionBytes());
            }
        }
    }

    /** What the file has to hold when the region is closed, if that is what the region held. */
    void expect(MemorySegment shadow) {
        if (config.fileMode() == FileMode.READ_WRITE) {
            PageSums sums = new PageSums(config.pages());
            for (int i = 0; i < config.pages(); i++) {
                sums.set(i, shadow.asSlice((long) i * PAGE, PAGE));
            }
            expected = sums;
        }
    }

    /** Compares every page: with what the region held, or with what was there before if nothing may have been written. */
    void check() throws IOException {
        if (channel.size() != config.regionBytes()) {
            throw new TortureFailure("the file has " + channel.size() + " bytes, not " + config.regionBytes());
        }
        MemorySegment page = MemorySegment.ofArray(new byte[PAGE]);
        for (int i = 0; i < config.pages(); i++) {
            read((long) i * PAGE, page);
            if (!expected.matches(i, page)) {
                throw new TortureFailure("seed " + config.seed() + ": page " + i + " of the "
                        + config.fileMode().option() + " file is wrong after the region was closed");
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }
}
