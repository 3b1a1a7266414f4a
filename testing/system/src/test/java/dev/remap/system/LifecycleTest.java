// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import dev.remap.Support;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Opening and closing: many, several at a time, under load, again and again. */
class LifecycleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static Remap open() throws RemapException {
        return Remap.open(RemapConfig.defaults().dramBytes(8 * Pages.MIB));
    }

    @Test
    void supportSaysThatThisHostServesTouches() {
        Support support = Remap.support();
        assertThat(support.touch()).as(support.toString()).isTrue();
        assertThat(support.kernel()).isEqualTo(System.getProperty("os.version"));
        assertThat(support.how()).isNotBlank();
    }

    @Test
    void twoHundredSmallRegionsLiveBesideEachOther() throws RemapException {
        try (Remap remap = open()) {
            List<Region> regions = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                regions.add(remap.create("small-" + i, RegionSpec.ofSize(256 << 10)));
                Pages.stamp(regions.get(i).segment(), 0, 64);
            }
            assertThat(remap.regions()).containsExactlyInAnyOrderElementsOf(regions);
            for (int i = 0; i < 200; i += 2) {
                regions.get(i).close();
            }
            for (int i = 1; i < 200; i += 2) {
                assertThat(Pages.wrongStamps(regions.get(i).segment(), 0, 64)).isZero();
            }
            assertThat(remap.regions()).hasSize(100);
        }
    }

    @Test
    void regionsThatComeAndGoLeaveNoMemoryAndNoDescriptors() throws Exception {
        try (Remap remap = open()) {
            churn(remap, 5);
            long files = descriptors();
            churn(remap, 40);
            assertThat(descriptors()).isLessThanOrEqualTo(files + 2);
            Eventually.await("memory is free", PATIENCE, () -> remap.stats().dramUsedBytes() < Pages.MIB);
        }
    }

    private static void churn(Remap remap, int rounds) throws RemapException {
        for (int i = 0; i < rounds; i++) {
            try (Region region = remap.create("churn", RegionSpec.ofSize(16 * Pages.MIB))) {
                Pages.stamp(region.segment(), 0, 4096);
                assertThat(Pages.wrongStamps(region.segment(), 0, 4096)).isZero();
            }
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
            return links.count();
        }
    }

    @Test
    void twoRemapsInOneProcessDoNotMeet() throws RemapException {
        Remap two = open();
        try (Remap one = open()) {
            assertThat(one.stats().managerPid()).isNotEqualTo(two.stats().managerPid());
            Region first = one.create("same", RegionSpec.ofSize(32 * Pages.MIB));
            Region second = two.create("same", RegionSpec.ofSize(32 * Pages.MIB));
            Pages.stamp(first.segment(), 0, 8192);
            second.segment().fill((byte) 3);
            assertThat(Pages.wrongStamps(first.segment(), 0, 8192)).isZero();
            assertThat(second.segment().get(JAVA_LONG, 16 * Pages.MIB)).isEqualTo(0x0303030303030303L);
            assertThat(one.rangeOf(second.segment())).isEmpty();
            two.close();
            assertThat(Pages.wrongStamps(first.segment(), 0, 8192)).isZero();
        }
    }

    @Test
    void theManagerHasEndedSoonAfterClose() throws RemapException {
        Remap remap = open();
        long manager = remap.stats().managerPid();
        remap.close();
        Eventually.await("end of the manager", Duration.ofSeconds(1), () -> !alive(manager));
    }

    private static boolean alive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    @Test
    void closeWaitsForThreadsInFaultsWhichThenSeeAClosedSegment() throws Exception {
        try (Remap remap = open()) {
            for (int round = 0; round < 10; round++) {
                Region region = remap.create("busy", RegionSpec.ofSize(32 * Pages.MIB));
                List<Thread> threads = new ArrayList<>();
                AtomicReference<String> unexpected = new AtomicReference<>("");
                for (int i = 0; i < 3; i++) {
                    long first = i;
                    threads.add(Thread.ofPlatform().start(() -> touchUntilClosed(region, first, unexpected)));
                }
                long pages = 200L * (round + 1);
                Eventually.await("faults", PATIENCE, () -> region.stats().touchFaults() > pages);
                region.close();
                for (Thread thread : threads) {
                    thread.join();
                }
                assertThat(unexpected.get()).isEmpty();
            }
        }
    }

    private static void touchUntilClosed(Region region, long first, AtomicReference<String> unexpected) {
        try {
            for (long page = first; ; page = (page + 13) % 8192) {
                long value = region.segment().get(JAVA_LONG, page * Pages.SIZE + 8 * first);
                region.segment().set(JAVA_LONG, page * Pages.SIZE + 8 * first, value + 1);
            }
        } catch (IllegalStateException e) {
            // The region has been closed.
        } catch (RuntimeException | Error e) {
            unexpected.set(e.toString());
        }
    }
}
