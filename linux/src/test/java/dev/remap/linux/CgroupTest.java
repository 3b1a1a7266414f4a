// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.linux.Cgroup.MemoryLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On made-up trees. */
class CgroupTest {

    private static final String V2_MOUNT = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n";
    private static final String V1_MOUNTS = """
            31 23 0:27 / /sys/fs/cgroup ro - tmpfs tmpfs rw,mode=755
            32 31 0:28 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct
            33 31 0:29 / /sys/fs/cgroup/memory rw shared:10 - cgroup cgroup rw,memory
            """;
    private static final String UNLIMITED_V1 = "9223372036854771712\n";

    @TempDir
    Path root;

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void process(String cgroup, String mountinfo) throws IOException {
        write("proc/self/cgroup", cgroup);
        write("proc/self/mountinfo", mountinfo);
    }

    private MemoryLimits read() {
        return new Cgroup(root).read();
    }

    @Test
    void v2TakesTheLimitOfItsGroup() throws IOException {
        process("0::/app.slice/job\n", V2_MOUNT);
        write("sys/fs/cgroup/app.slice/memory.max", "max\n");
        write("sys/fs/cgroup/app.slice/job/memory.max", "1073741824\n");
        write("sys/fs/cgroup/app.slice/job/memory.current", "4096\n");
        assertThat(read())
                .isEqualTo(new MemoryLimits(
                        2,
                        "/sys/fs/cgroup/app.slice/job",
                        1 << 30,
                        4096,
                        "cgroup v2: 1073741824 bytes by /sys/fs/cgroup/app.slice/job/memory.max"));
    }

    @Test
    void anAncestorWithASmallerLimitWins() throws IOException {
        process("0::/a/b/c\n", V2_MOUNT);
        write("sys/fs/cgroup/a/memory.max", "5000\n");
        write("sys/fs/cgroup/a/memory.current", "123\n");
        write("sys/fs/cgroup/a/b/memory.max", "7000\n");
        write("sys/fs/cgroup/a/b/c/memory.max", "6000\n");
        MemoryLimits limits = read();
        assertThat(limits.limitBytes()).isEqualTo(5000);
        assertThat(limits.path()).isEqualTo("/sys/fs/cgroup/a");
        assertThat(limits.usageBytes()).isEqualTo(123);
    }

    @Test
    void v2CountsTheThrottlingLimitToo() throws IOException {
        process("0::/a\n", V2_MOUNT);
        write("sys/fs/cgroup/a/memory.max", "9000\n");
        write("sys/fs/cgroup/a/memory.high", "8000\n");
        assertThat(read().limitBytes()).isEqualTo(8000);
        assertThat(read().explanation()).contains("memory.high");
    }

    @Test
    void withMaxEverywhereThereIsNoLimit() throws IOException {
        process("0::/a\n", V2_MOUNT);
        write("sys/fs/cgroup/a/memory.max", "max\n");
        write("sys/fs/cgroup/a/memory.current", "77\n");
        MemoryLimits limits = read();
        assertThat(limits.limited()).isFalse();
        assertThat(limits.version()).isEqualTo(2);
        assertThat(limits.usageBytes()).isEqualTo(77);
        assertThat(limits.explanation()).contains("no limit");
    }

    @Test
    void v1TakesTheMemoryHierarchysSmallestLimit() throws IOException {
        process("5:cpu,cpuacct:/x\n4:memory:/docker/abc\n", V1_MOUNTS);
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", UNLIMITED_V1);
        write("sys/fs/cgroup/memory/docker/memory.limit_in_bytes", UNLIMITED_V1);
        write("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "2147483648\n");
        write("sys/fs/cgroup/memory/docker/abc/memory.usage_in_bytes", "1000\n");
        MemoryLimits limits = read();
        assertThat(limits.version()).isOne();
        assertThat(limits.path()).isEqualTo("/sys/fs/cgroup/memory/docker/abc");
        assertThat(limits.limitBytes()).isEqualTo(1L << 31);
        assertThat(limits.usageBytes()).isEqualTo(1000);
    }

    @Test
    void v1sLargestNumberIsNoLimit() throws IOException {
        process("4:memory:/\n", V1_MOUNTS);
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", Long.toString(0x7FFF_FFFF_FFFF_F000L));
        assertThat(read().limited()).isFalse();
    }

    @Test
    void onAHybridHostTheControllersHierarchyCounts() throws IOException {
        process(
                "9:name=systemd:/\n4:memory:/job\n0::/init.scope\n",
                V1_MOUNTS + "34 31 0:30 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
        write("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "3000\n");
        write("sys/fs/cgroup/unified/init.scope/memory.max", "1\n");
        assertThat(read().version()).isOne();
        assertThat(read().limitBytes()).isEqualTo(3000);
    }

    @Test
    void onAHybridHostWithMemoryInV2ThatCounts() throws IOException {
        process("5:cpu,cpuacct:/x\n0::/job\n", "34 31 0:30 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
        write("sys/fs/cgroup/unified/job/memory.max", "4000\n");
        assertThat(read().version()).isEqualTo(2);
        assertThat(read().limitBytes()).isEqualTo(4000);
    }

    @Test
    void aContainerThatSeesTheHostsPathFallsBackToTheMount() throws IOException {
        process("0::/docker/abc\n", V2_MOUNT);
        write("sys/fs/cgroup/memory.max", "500\n");
        assertThat(read().path()).isEqualTo("/sys/fs/cgroup");
        assertThat(read().limitBytes()).isEqualTo(500);
    }

    @Test
    void aMountOfASubtreeIsTakenOffThePath() throws IOException {
        process("4:memory:/docker/abc/inner\n", V1_MOUNTS.replace("0:29 / ", "0:29 /docker/abc "));
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "900\n");
        write("sys/fs/cgroup/memory/inner/memory.limit_in_bytes", "800\n");
        assertThat(read().path()).isEqualTo("/sys/fs/cgroup/memory/inner");
        assertThat(read().limitBytes()).isEqualTo(800);
    }

    @Test
    void aMountWhoseRootOnlyLooksLikeAPrefixIsNotOne() throws IOException {
        process("4:memory:/docker/abcd\n", V1_MOUNTS.replace("0:29 / ", "0:29 /docker/abc "));
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "900\n");
        assertThat(read().limitBytes()).isEqualTo(900);
    }

    @Test
    void aPathOutsideTheNamespaceFallsBackToTheMount() throws IOException {
        process("0::/../../other\n", V2_MOUNT);
        write("sys/fs/cgroup/memory.max", "600\n");
        write("sys/other/memory.max", "1\n");
        assertThat(read().limitBytes()).isEqualTo(600);
    }

    @Test
    void mountPointsWithSpacesAreUnderstood() throws IOException {
        process("0::/\n", V2_MOUNT.replace("/sys/fs/cgroup", "/sys/my\\040groups"));
        write("sys/my groups/memory.max", "700\n");
        assertThat(read().limitBytes()).isEqualTo(700);
    }

    @Test
    void aFileThatMakesNoSenseIsSkippedAndNamed() throws IOException {
        process("0::/a/b\n", V2_MOUNT);
        Files.createDirectories(root.resolve("sys/fs/cgroup/a/b/memory.max"));
        write("sys/fs/cgroup/a/memory.max", "5000\n");
        assertThat(read().limitBytes()).isEqualTo(5000);
        assertThat(read().explanation()).contains("could not read").contains("/a/b/memory.max");
    }

    @Test
    void withoutControlGroupsNoLimitIsKnown() {
        assertThat(read().version()).isZero();
        assertThat(read().limited()).isFalse();
    }

    @Test
    void thisProcessHasAnAnswer() {
        MemoryLimits limits = Cgroup.current();
        assertThat(limits.limitBytes()).isPositive();
        assertThat(limits.explanation()).isNotBlank();
    }
}
