// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.linux.FileIo;
import dev.remap.linux.UserfaultfdAccess;
import dev.remap.wire.FaultReporting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A rehearsal that fails leaves takeovers slow, and nothing else: nobody would see it. */
class RehearsalTest {
    /** The first round has more, however long it takes. */
    private static final int MOST_STEPS = 50;

    private static final int FIRST_ROUND = 60;

    @BeforeEach
    void needsUserfaultfd() {
        int fd = UserfaultfdAccess.open(FaultReporting.FEATURES, -1).fd();
        Assumptions.assumeTrue(fd >= 0, "no userfaultfd");
        FileIo.close(fd);
    }

    @Test
    void isPlayedToTheEnd() {
        assertThat(Rehearsal.run()).isTrue();
    }

    @Test
    void leavesNoDescriptorAndNoMappingOfItsOwn() throws IOException {
        Rehearsal.run(); // what it opens for good, like files of the class library, is open
        long descriptors = descriptors();
        long mappings = mappings();
        Rehearsal.run();
        assertThat(descriptors()).isEqualTo(descriptors);
        assertThat(mappings()).isEqualTo(mappings);
    }

    @Test
    void canBeLeftBetweenAnyTwoSteps() throws IOException {
        Rehearsal.run();
        long descriptors = descriptors();
        long mappings = mappings();
        for (int steps = 0; steps < MOST_STEPS; steps += 1 + steps / 4) {
            try (Rehearsal rehearsal = Objects.requireNonNull(Rehearsal.open())) {
                for (int i = 0; i < steps; i++) {
                    assertThat(rehearsal.step()).isTrue();
                }
            }
            assertThat(descriptors()).as("after %d steps", steps).isEqualTo(descriptors);
            assertThat(mappings()).as("after %d steps", steps).isEqualTo(mappings);
        }
    }

    /** Buffers are never freed: a manager makes them once. */
    @Test
    void takeoversAfterTheFirstMakeNoBuffers() throws IOException {
        Rehearsal rehearsal = Objects.requireNonNull(Rehearsal.open());
        for (int i = 0; i < FIRST_ROUND; i++) {
            rehearsal.step();
        }
        long buffers = buffers();
        boolean more = true;
        while (more) {
            more = rehearsal.step();
        }
        assertThat(buffers()).isBetween(1L, buffers); // those of tiers have been freed
    }

    /** Memory that no child of this process gets. */
    private static long buffers() throws IOException {
        try (Stream<String> all = Files.lines(Path.of("/proc/self/smaps"))) {
            return all.filter(line -> line.startsWith("VmFlags:") && line.contains(" dc"))
                    .count();
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    private static long mappings() throws IOException {
        try (Stream<String> all = Files.lines(Path.of("/proc/self/maps"))) {
            return all.filter(line -> line.contains("memfd:remap")).count();
        }
    }
}
