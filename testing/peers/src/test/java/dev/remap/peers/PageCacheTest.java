// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PageCacheTest {
    private static final int PAGES = 16_384;
    private static final int WORDS = PageCache.PAGE_BYTES / Long.BYTES;
    private static final long DRAM = 32 << 20;

    private Path folder = Path.of("");

    /** On the disk that the build is on: a temporary folder may be in memory, where nothing is read past a cache. */
    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory(
                Files.createDirectories(Path.of("target")).toAbsolutePath(), "pages-");
    }

    @AfterEach
    void deleteFolder() throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.toList().reversed()) {
                Files.delete(file);
            }
        }
    }

    private static long word(int page, int word) {
        return (long) page * WORDS + word + 1;
    }

    private Path file() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(PAGES * PageCache.PAGE_BYTES).order(ByteOrder.nativeOrder());
        for (int i = 0; i < PAGES * WORDS; i++) {
            bytes.putLong(word(i / WORDS, i % WORDS));
        }
        return Files.write(folder.resolve("file"), bytes.array());
    }

    /** Twice as many pages as there is room for, in no order. */
    private static void readAll(PageCache cache) throws IOException {
        var random = new SplittableRandom(1);
        long readBefore = cache.pagesRead();
        try (WordReader words = cache.open()) {
            for (int i = 0; i < 3 * PAGES; i++) {
                int page = random.nextInt(PAGES);
                int word = random.nextInt(cache.firstWord(), WORDS);
                assertThat(words.read(page, word)).isEqualTo(word(page, word));
            }
        }
        assertThat(cache.pagesRead() - readBefore)
                .as("half of the pages have no room, so that many reads are of the disk")
                .isGreaterThan(PAGES);
    }

    @Test
    void neo4jReadsEveryWordFromTheFileAndPastThePageCache() throws Exception {
        try (PageCache cache = new Neo4jPages(file(), DRAM)) {
            readAll(cache);
        }
    }

    @Test
    void igniteReadsEveryWordFromItsFileAndPastThePageCache() throws Exception {
        Path work = Files.createDirectory(folder.resolve("work"));
        try (PageCache cache = new IgnitePages(PageCacheTest::word, PAGES, work, DRAM)) {
            assertThat(cache.firstWord()).isPositive();
            readAll(cache);
        }
    }
}
