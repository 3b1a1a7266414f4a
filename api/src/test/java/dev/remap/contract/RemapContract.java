// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.remap.Remap;
import dev.remap.RemapException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A Remap for each test, a directory for its files, and content to write. */
public abstract class RemapContract {
    protected static final int PAGE = 4096;
    protected static final long MIB = 1 << 20;
    protected static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int SHORTEST_SENTENCE = 25;

    @TempDir
    protected Path directory;

    protected Remap remap;

    /** Opens what is tested, with at least 16 MiB of DRAM if it has a budget. */
    protected abstract Remap open(Path spillDirectory) throws RemapException;

    @BeforeEach
    final void openRemap() throws RemapException {
        remap = open(directory);
    }

    @AfterEach
    final void closeRemap() {
        remap.close();
    }

    /** Bytes that look like nothing else; the same ones for the same seed. */
    protected static byte[] noise(int bytes, long seed) {
        byte[] noise = new byte[bytes];
        new SplittableRandom(seed).nextBytes(noise);
        return noise;
    }

    protected static byte[] bytes(MemorySegment segment, long offset, long length) {
        return segment.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    }

    protected static void write(MemorySegment segment, long offset, byte[] bytes) {
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, offset, bytes.length);
    }

    /** Checks the category; the result is the message, for what else it must say. */
    protected static AbstractStringAssert<?> refused(RemapException.Category category, ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(RemapException.class);
        RemapException refusal = (RemapException) thrown;
        assertThat(refusal.category()).as(refusal.toString()).isEqualTo(category);
        return assertThat(refusal.getMessage())
                .contains("[" + category + "]")
                .hasSizeGreaterThan(category.name().length() + SHORTEST_SENTENCE);
    }
}
