// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.remap.FileRegion;
import dev.remap.FileSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand small files, open at once: no thread, no mapping and no descriptor of the application's for each. */
class ManyFilesTest {
    private static final int FILES = 10_000;
    private static final int KEPT_DESCRIPTORS = 300;
    private static final long BYTES = 64 << 10;
    private static final int FEW = 24;
    private static final double NS_PER_S = 1e9;

    @TempDir
    Path directory;

    @Test
    void tenThousandFilesCostOneMappingAndNoThreads() throws IOException {
        long limit = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                .getMaxFileDescriptorCount();
        int count = (int) Math.min(FILES, limit - KEPT_DESCRIPTORS);
        assumeTrue(count > 100, "ulimit -n is " + limit);
        makeFiles(count);
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(32 * Pages.MIB))) {
            long manager = remap.stats().managerPid();
            Footprint before = Footprint.of(ProcessHandle.current().pid());
            Footprint managerBefore = Footprint.of(manager);
            long startNs = System.nanoTime();
            List<FileRegion> files = open(remap, count);
            double openSeconds = (System.nanoTime() - startNs) / NS_PER_S;
            touch(files);
            Footprint after = Footprint.of(ProcessHandle.current().pid());
            Footprint managerAfter = Footprint.of(manager);
            System.out.printf(
                    Locale.ROOT,
                    "%d files opened in %.2f s; application %s -> %s; manager %s -> %s%n",
                    count,
                    openSeconds,
                    before,
                    after,
                    managerBefore,
                    managerAfter);
            assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors() + FEW);
            assertThat(after.mappings()).isLessThanOrEqualTo(before.mappings() + 4 * FEW);
            assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + FEW);
            assertThat(managerAfter.descriptors()).isLessThanOrEqualTo(managerBefore.descriptors() + count + FEW);
            assertThat(managerAfter.mappings()).isLessThanOrEqualTo(managerBefore.mappings() + 4 * FEW);
            assertThat(managerAfter.threads()).isLessThanOrEqualTo(managerBefore.threads() + FEW);
            files.forEach(FileRegion::close);
            Eventually.await(
                    "the manager closes the files",
                    Duration.ofSeconds(60),
                    () -> Footprint.of(manager).descriptors() <= managerBefore.descriptors() + FEW);
        }
    }

    private void makeFiles(int count) throws IOException {
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        for (int i = 0; i < count; i++) {
            try (FileChannel channel = FileChannel.open(
                    directory.resolve("file" + i), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                number.clear().putLong(0, i);
                channel.write(number, BYTES - Long.BYTES);
            }
        }
    }

    private List<FileRegion> open(Remap remap, int count) throws IOException {
        List<FileRegion> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            files.add(remap.openFile(directory.resolve("file" + i), MapMode.READ_ONLY, FileSpec.defaults()));
        }
        return files;
    }

    private static void touch(List<FileRegion> files) {
        try (Arena views = Arena.ofShared()) {
            for (int i = 0; i < files.size(); i += 10) {
                assertThat(files.get(i).segment(0, BYTES, views).get(ValueLayout.JAVA_LONG, BYTES - Long.BYTES))
                        .isEqualTo(i);
            }
        }
    }
}
