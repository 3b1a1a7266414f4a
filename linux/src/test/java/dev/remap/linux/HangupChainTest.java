// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the kernel does when a pipe hangs up, and only then. */
class HangupChainTest {
    private static final long SIZE = 8192;

    private final int[] pipe = new int[2];
    private final int[] files = new int[3];
    private int closed;

    @BeforeEach
    void open() {
        long probe = HangupChain.probe();
        assumeTrue(probe == 0, "the kernel cannot: " + Errno.name(probe));
        assertThat(FileIo.pipe2(pipe, FileIo.O_CLOEXEC)).isNotNegative();
        for (int i = 0; i < files.length; i++) {
            files[i] = (int) Memfd.createSized("chain", SIZE);
        }
        closed = (int) EventFd.create();
    }

    @AfterEach
    void close() {
        FileIo.close(pipe[0]);
        for (int file : files) {
            FileIo.close(file);
        }
    }

    private HangupChain armed(CompletableFuture<Long> result) throws Exception {
        CompletableFuture<HangupChain> made = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            HangupChain chain = HangupChain.prepare(pipe[0], files, closed);
            if (chain == null || chain.arm() < 0) {
                made.completeExceptionally(new AssertionError("not armed"));
                return;
            }
            made.complete(chain);
            result.complete(chain.await());
        });
        return made.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aHangUpCutsAllFilesAndThenClosesTheDescriptor() throws Exception {
        CompletableFuture<Long> result = new CompletableFuture<>();
        try (HangupChain chain = armed(result)) {
            assertThat(FileIo.fileSize(files[0])).isEqualTo(SIZE);
            FileIo.close(pipe[1]);
            assertThat(result.get(10, TimeUnit.SECONDS)).as("%s", chain).isEqualTo(1);
            for (int file : files) {
                assertThat(FileIo.fileSize(file)).isZero();
            }
            assertThat(FileIo.statusFlags(closed)).isEqualTo(-Errno.EBADF);
        }
    }

    @Test
    void aChainThatIsWokenAndClosedDoesNothing() throws Exception {
        CompletableFuture<Long> result = new CompletableFuture<>();
        HangupChain chain = armed(result);
        chain.wake();
        assertThat(result.get(10, TimeUnit.SECONDS)).isZero();
        chain.close();
        FileIo.close(pipe[1]);
        Thread.sleep(100);
        for (int file : files) {
            assertThat(FileIo.fileSize(file)).isEqualTo(SIZE);
        }
        assertThat(FileIo.statusFlags(closed)).isNotNegative();
        FileIo.close(closed);
    }

    @Test
    void aFileThatCannotBeCutStopsNothing() throws Exception {
        int readOnly = (int) Memfd.reopenReadOnly(files[1]);
        FileIo.close(files[1]);
        files[1] = readOnly;
        CompletableFuture<Long> result = new CompletableFuture<>();
        try (HangupChain chain = armed(result)) {
            FileIo.close(pipe[1]);
            assertThat(result.get(10, TimeUnit.SECONDS)).as("%s", chain).isEqualTo(1);
            assertThat(FileIo.fileSize(files[2])).isZero();
            assertThat(FileIo.statusFlags(closed)).isEqualTo(-Errno.EBADF);
        }
    }
}
