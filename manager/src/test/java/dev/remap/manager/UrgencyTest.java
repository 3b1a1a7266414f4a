// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.linux.Nice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UrgencyTest {
    private static boolean isCompiler(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).matches("(?s)C[12] Compiler.*");
        } catch (IOException e) {
            return false; // it has ended
        }
    }

    private static Set<Integer> niceValues() throws IOException {
        return niceValues(false);
    }

    private static Set<Integer> niceValues(boolean ofCompilers) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            return threads.filter(thread -> isCompiler(thread) == ofCompilers)
                    .map(thread ->
                            Nice.get(Integer.parseInt(thread.getFileName().toString())))
                    .filter(nice -> nice != Integer.MIN_VALUE) // it has ended
                    .collect(Collectors.toSet());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyThreadRunsBeforeOthersAndAfterwardsAsBefore(boolean prepared) throws IOException, InterruptedException {
        Set<Integer> before = niceValues();
        Set<Integer> compilers = niceValues(true);
        assertThat(compilers).isEqualTo(before);
        int usual = before.iterator().next();
        assertThat(before).containsExactly(usual);
        boolean allowed = Nice.set(0, usual - 1) == 0;
        if (allowed) {
            assertThat(Nice.set(0, usual)).isZero();
        }
        if (prepared) {
            Urgency.prepare();
        }
        CountDownLatch end = new CountDownLatch(1);
        try (Urgency urgency = Urgency.begin()) {
            Thread.ofPlatform().start(() -> await(end)); // has what this thread has
            assertThat(urgency).hasToString(allowed ? "before others" : "with the usual share of the CPUs");
            assertThat(niceValues()).isEqualTo(allowed ? Set.of(-15) : before);
            assertThat(niceValues(true)).isEqualTo(compilers);
        }
        assertThat(niceValues()).isEqualTo(before);
        end.countDown();
    }

    @Test
    void theThreadOfAnotherProcessKeepsItsShare() throws IOException, InterruptedException {
        Process other = new ProcessBuilder("sleep", "60").start();
        try {
            int thread = (int) other.pid(); // as if it had been one of this process's when there was time to look
            int usual = Nice.get(thread);
            Urgency.raise(List.of(thread));
            assertThat(Nice.get(thread)).isEqualTo(usual).isGreaterThan(-15);
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
