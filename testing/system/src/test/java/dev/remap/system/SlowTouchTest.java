// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.SlowTouch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A touch that waits for a slow device can be explained afterwards. */
class SlowTouchTest {
    private static final long SLOW_MS = 30;
    private static final long PAGE = 9;
    private static final String NAME = "slow-toucher";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Test
    void aTouchThatWaitedForItsDeviceIsListedWithItsThreadAndPlace(@TempDir Path directory) throws Exception {
        Path control = directory.resolve("control");
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(16 * Pages.MIB));
                Region region =
                        remap.create("slow", RegionSpec.ofSize(Pages.MIB).tiers("faulty:" + control))) {
            Pages.writeTexts(region.segment(), 0, 16);
            Eviction.of(region, 0, 16L * Pages.SIZE);
            long before = region.stats().stalledNs();
            Files.write(control, List.of("slow " + SLOW_MS));
            SlowTouch touch = touchAndFind(remap, region);
            Files.delete(control);
            assertThat(touch.region()).isEqualTo("slow");
            assertThat(touch.offset()).isEqualTo(PAGE * Pages.SIZE);
            assertThat(touch.tier()).isEqualTo("faulty");
            assertThat(touch.cause()).isNotBlank();
            assertThat(touch.stall()).isGreaterThanOrEqualTo(Duration.ofMillis(SLOW_MS));
            assertThat(region.stats().stalledNs() - before)
                    .isGreaterThanOrEqualTo(touch.stall().toNanos());
        }
    }

    /** The thread lives until its touch is listed: its name is known only then. */
    private static SlowTouch touchAndFind(Remap remap, Region region) throws InterruptedException {
        CountDownLatch listed = new CountDownLatch(1);
        AtomicReference<Byte> got = new AtomicReference<>();
        Thread thread = Thread.ofPlatform().name(NAME).start(() -> {
            got.set(region.segment().get(JAVA_BYTE, PAGE * Pages.SIZE));
            awaitQuietly(listed);
        });
        try {
            Eventually.await("a slow touch", LIMIT, () -> !touchesOf(remap).isEmpty());
            return touchesOf(remap).getFirst();
        } finally {
            listed.countDown();
            thread.join();
            assertThat(got.get()).isEqualTo(Pages.text(PAGE)[0]);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<SlowTouch> touchesOf(Remap remap) {
        return remap.slowTouches().stream()
                .filter(touch -> touch.thread().equals(NAME))
                .toList();
    }
}
