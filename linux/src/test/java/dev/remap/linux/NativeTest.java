// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NativeTest {

    private static final long AT_PAGESZ = 6;

    private static final Map<Arch, Path> HEADERS = Map.of(
            Arch.X86_64, Path.of("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
            Arch.AARCH64, Path.of("/usr/include/asm-generic/unistd.h"),
            Arch.UNKNOWN, Path.of("/nonexistent"));

    static final class Denied {
        public static void main(String[] args) {
            System.out.println("problem: " + NativeAccess.problem());
            System.out.println("pages of " + Mmap.PAGE_SIZE);
            try {
                System.out.println(EventFd.create());
            } catch (UnsupportedOperationException e) {
                System.out.println("thrown: " + e.getMessage());
            }
        }
    }

    @Test
    void aJvmThatForbidsNativeAccessIsToldTheFlag() throws Exception {
        List<String> command = ChildJvm.command(
                System.getProperty("java.class.path"), Denied.class, List.of("--illegal-native-access=deny"));
        assertThat(ChildJvm.output(new ProcessBuilder(command)).lines())
                .containsExactly("problem: " + Native.DENIED, "pages of 0", "thrown: " + Native.DENIED);
        assertThat(Native.DENIED).contains("--enable-native-access=dev.remap.linux");
    }

    @Test
    void architecturesAreKnownByTheirJavaNames() {
        assertThat(Arch.of("Linux", "amd64")).isEqualTo(Arch.X86_64);
        assertThat(Arch.of("Linux", "aarch64")).isEqualTo(Arch.AARCH64);
        assertThat(Arch.of("Linux", "riscv64")).isEqualTo(Arch.UNKNOWN);
        assertThat(Arch.of("Mac OS X", "aarch64")).isEqualTo(Arch.UNKNOWN);
        assertThat(Arch.problem(Arch.UNKNOWN)).contains("x86-64 or aarch64");
        assertThat(Arch.supported()).isTrue();
        assertThat(NativeAccess.problem()).isNull();
    }

    @Test
    void callNumbersAreThoseOfTheKernelsHeader() throws Exception {
        Path header = HEADERS.getOrDefault(Arch.current(), Path.of("/nonexistent"));
        assumeTrue(Files.exists(header), () -> header + " is not installed");
        Map<String, Integer> numbers = Pattern.compile("#define __NR(?:3264)?_(\\w+)\\s+(\\d+)")
                .matcher(Files.readString(header))
                .results()
                .collect(Collectors.toMap(r -> r.group(1), NativeTest::number, (first, second) -> first));
        for (Field field : Syscall.class.getDeclaredFields()) {
            String name = field.getName().toLowerCase(Locale.ROOT);
            assertThat(field.getInt(null)).as(name).isEqualTo(numbers.get(name));
        }
    }

    private static int number(MatchResult define) {
        return Integer.parseInt(define.group(2));
    }

    @Test
    void everyErrnoConstantHasItsName() throws Exception {
        for (Field field : Errno.class.getFields()) {
            assertThat(Errno.name(field.getInt(null))).isEqualTo(field.getName());
            assertThat(Errno.name(-field.getInt(null))).isEqualTo(field.getName());
        }
        assertThat(Errno.name(0)).isEqualTo("0");
        assertThat(Errno.name(41)).isEqualTo("errno 41");
        assertThat(Errno.name(-4095)).isEqualTo("errno 4095");
        assertThat(Errno.name(Long.MIN_VALUE)).startsWith("errno ");
    }

    @Test
    void aFailedCallIsItsErrnoNegated() {
        assertThat(FileIo.close(-1)).isEqualTo(-Errno.EBADF);
        assertThat(FileIo.open("/nonexistent", FileIo.O_RDONLY, 0)).isEqualTo(-Errno.ENOENT);
    }

    @Test
    void virtualThreadsMakeCallsToo() throws Exception {
        CompletableFuture<Long> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> result.complete(FileIo.close(-1)));
        assertThat(result.get(20, TimeUnit.SECONDS)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void thePageSizeIsThatOfTheAuxiliaryVector() throws Exception {
        ByteBuffer pairs =
                ByteBuffer.wrap(Files.readAllBytes(Path.of("/proc/self/auxv"))).order(ByteOrder.nativeOrder());
        while (pairs.getLong() != AT_PAGESZ) {
            pairs.getLong();
        }
        assertThat(Native.pageSize()).isEqualTo(pairs.getLong());
    }
}
