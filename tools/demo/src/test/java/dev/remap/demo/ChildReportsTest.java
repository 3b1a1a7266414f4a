// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is read from the kernel's files and the JVM's log. */
class ChildReportsTest {
    private static final String SAFEPOINT =
            "[%dns] Safepoint \"ThreadDump\", Time since last: 9 ns, Reaching safepoint: 3 ns, At safepoint: 4 ns, Total: %d ns";

    @Test
    void longestSafepointOfASpanCounts() {
        Stream<String> lines = Stream.of(
                SAFEPOINT.formatted(99, 5_000),
                SAFEPOINT.formatted(100, 700),
                SAFEPOINT.formatted(150, 900),
                "something else",
                SAFEPOINT.formatted(201, 4_000));

        assertThat(SafepointLog.longestNs(lines, 100, 200)).isEqualTo(900);
        assertThat(SafepointLog.longestNs(Stream.of(), 0, 1)).isZero();
    }

    @Test
    void bytesReadAreThoseOfTheDisk() {
        assertThat(ProcessIo.parse("rchar: 6976\nwchar: 0\nread_bytes: 4096\nwrite_bytes: 1\n"))
                .isEqualTo(4096);
        assertThatIllegalArgumentException().isThrownBy(() -> ProcessIo.parse("rchar: 6976\n"));
    }

    @Test
    void groupOfTheFirstVersionIsThatOfTheMemoryController() {
        String mounts = """
                31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
                33 31 0:30 / /sys/fs/cgroup/cpuacct rw - cgroup cgroup rw,cpuacct
                35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
                41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
                """;

        assertThat(MemoryGroup.own(mounts, "8:pids:/\n4:memory:/a/b\n0::/x\n"))
                .contains(Path.of("/sys/fs/cgroup/memory/a/b"));
    }

    @Test
    void groupOfTheSecondVersionIsBelowItsMount() {
        String mounts = "41 31 0:38 / /sys/fs/cgroup rw,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

        assertThat(MemoryGroup.own(mounts, "0::/user.slice/me\n")).contains(Path.of("/sys/fs/cgroup/user.slice/me"));
        assertThat(MemoryGroup.own("", "0::/user.slice/me\n")).isEmpty();
    }

    @Test
    void groupSeenFromAContainerIsItsMount() {
        String mounts = "35 31 0:32 /docker/1 /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";

        assertThat(MemoryGroup.own(mounts, "4:memory:/docker/1\n")).contains(Path.of("/sys/fs/cgroup/memory"));
    }

    @Test
    void commandEntersTheGroupFirst() {
        List<String> command = new MemoryGroup(Path.of("/group")).wrap(List.of("java", "-version"));

        assertThat(command).startsWith("/bin/sh", "-c").endsWith("/group/cgroup.procs", "java", "-version");
    }
}
