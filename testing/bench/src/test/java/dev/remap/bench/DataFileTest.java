// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFileTest {
    private static final long BYTES = 8L << 20;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    @Test
    void everyPageOfTheFileIsWhatItsCheckExpects() throws IOException {
        DataFile file = new DataFile(folder.resolve("data"), 2, BYTES);
        file.write();
        try (FileChannel channel = FileChannel.open(file.path());
                Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, BYTES, arena);
            file.checkCopy(bytes, 0);
            file.checkCopy(bytes.asSlice(BYTES / 2), BYTES / 2);
        }
    }

    @Test
    void anotherFilesWordIsFoundOut() {
        DataFile file = new DataFile(folder.resolve("data"), 2, BYTES);
        assertThatThrownBy(() -> file.check(5, DataFile.word(3, 5)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("data: word 5");
    }

    @Test
    void wordsDiffer() {
        assertThat(LongStream.range(0, 10_000)
                        .map(i -> DataFile.word(1, i))
                        .distinct()
                        .count())
                .isEqualTo(10_000);
    }
}
