// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import static dev.remap.linux.Mmap.MADV_POPULATE_READ;
import static dev.remap.linux.Mmap.MADV_POPULATE_WRITE;
import static dev.remap.linux.RegisteredMemory.PAGE;
import static dev.remap.linux.RegisteredMemory.assertDone;
import static dev.remap.linux.Userfaultfd.UFFDIO_CONTINUE_MODE_WP;
import static dev.remap.linux.Userfaultfd.UFFDIO_COPY_MODE_DONTWAKE;
import static dev.remap.linux.Userfaultfd.UFFDIO_COPY_MODE_WP;
import static dev.remap.linux.Userfaultfd.UFFDIO_REGISTER_MODE_MINOR;
import static dev.remap.linux.Userfaultfd.UFFDIO_REGISTER_MODE_MISSING;
import static dev.remap.linux.Userfaultfd.UFFDIO_REGISTER_MODE_WP;
import static dev.remap.linux.Userfaultfd.UFFDIO_WRITEPROTECT_MODE_WP;
import static dev.remap.linux.Userfaultfd.UFFD_PAGEFAULT_FLAG_MINOR;
import static dev.remap.linux.Userfaultfd.UFFD_PAGEFAULT_FLAG_WP;
import static dev.remap.linux.Userfaultfd.UFFD_PAGEFAULT_FLAG_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The real kernel's answers. */
@Timeout(60)
class UffdPortTest {

    private static final long ALL_MODES =
            UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_MINOR | UFFDIO_REGISTER_MODE_WP;

    @Test
    void aMissingFaultIsAnsweredByACopy() {
        try (RegisteredMemory memory = RegisteredMemory.of(4, ALL_MODES)) {
            CompletableFuture<Long> touch = memory.touch(2, MADV_POPULATE_READ);
            UffdMessages fault = memory.awaitFault();
            assertThat(fault.address(0)).isEqualTo(memory.page(2));
            assertThat(fault.flags(0)).isZero();
            assertThat(touch).isNotDone();

            assertThat(memory.port.copy(memory.page(2), memory.source(77), PAGE, 0))
                    .isEqualTo(PAGE);
            assertDone(touch);
            assertThat(memory.stored(2)).isEqualTo(77);
        }
    }

    @Test
    void aWriteToAMissingPageSaysSo() {
        try (RegisteredMemory memory = RegisteredMemory.of(1, ALL_MODES)) {
            CompletableFuture<Long> touch = memory.touch(0, MADV_POPULATE_WRITE);
            assertThat(memory.awaitFault().flags(0)).isEqualTo(UFFD_PAGEFAULT_FLAG_WRITE);
            assertThat(memory.port.zeropage(memory.page(0), PAGE, 0)).isEqualTo(PAGE);
            assertDone(touch);
            assertThat(FileIo.allocatedBytes(memory.memfd))
                    .as("a zero page is a page")
                    .isEqualTo(PAGE);
        }
    }

    @Test
    void aMinorFaultIsAnsweredByAContinue() {
        try (RegisteredMemory memory = RegisteredMemory.of(4, ALL_MODES)) {
            memory.store(1, 5);
            CompletableFuture<Long> touch = memory.touch(1, MADV_POPULATE_READ);
            UffdMessages fault = memory.awaitFault();
            assertThat(fault.address(0)).isEqualTo(memory.page(1));
            assertThat(fault.flags(0)).isEqualTo(UFFD_PAGEFAULT_FLAG_MINOR);

            assertThat(memory.port.continuePages(memory.page(1), PAGE, 0)).isEqualTo(PAGE);
            assertDone(touch);
            assertThat(Mmap.segment(memory.page(1), 8).get(ValueLayout.JAVA_LONG, 0))
                    .isEqualTo(5);
        }
    }

    @Test
    void aWriteToAProtectedPageWaitsForItsUnprotection() {
        try (RegisteredMemory memory = RegisteredMemory.of(2, ALL_MODES)) {
            assertThat(memory.port.copy(memory.page(0), memory.source(1), PAGE, UFFDIO_COPY_MODE_WP))
                    .isEqualTo(PAGE);
            assertDone(memory.touch(0, MADV_POPULATE_READ));

            CompletableFuture<Long> touch = memory.touch(0, MADV_POPULATE_WRITE);
            assertThat(memory.awaitFault().flags(0)).isEqualTo(UFFD_PAGEFAULT_FLAG_WP | UFFD_PAGEFAULT_FLAG_WRITE);
            assertThat(memory.port.writeProtect(memory.page(0), PAGE, 0)).isZero();
            assertDone(touch);
        }
    }

    @Test
    void aPresentPageCanBeProtectedAgain() {
        try (RegisteredMemory memory = RegisteredMemory.of(1, ALL_MODES)) {
            memory.port.copy(memory.page(0), memory.source(1), PAGE, 0);
            assertDone(memory.touch(0, MADV_POPULATE_WRITE));
            assertThat(memory.port.writeProtect(memory.page(0), PAGE, UFFDIO_WRITEPROTECT_MODE_WP))
                    .isZero();

            CompletableFuture<Long> touch = memory.touch(0, MADV_POPULATE_WRITE);
            assertThat(memory.awaitFault().flags(0) & UFFD_PAGEFAULT_FLAG_WP).isNotZero();
            memory.port.writeProtect(memory.page(0), PAGE, 0);
            assertDone(touch);
        }
    }

    @Test
    void continueInProtectedModeMapsReadOnly() {
        try (RegisteredMemory memory = RegisteredMemory.of(1, ALL_MODES)) {
            memory.store(0, 3);
            assertThat(memory.port.continuePages(memory.page(0), PAGE, UFFDIO_CONTINUE_MODE_WP))
                    .isEqualTo(PAGE);
            assertDone(memory.touch(0, MADV_POPULATE_READ));
            CompletableFuture<Long> touch = memory.touch(0, MADV_POPULATE_WRITE);
            assertThat(memory.awaitFault().flags(0) & UFFD_PAGEFAULT_FLAG_WP).isNotZero();
            memory.port.writeProtect(memory.page(0), PAGE, 0);
            assertDone(touch);
        }
    }

    @Test
    void aPageThatIsPresentIsEexist() {
        try (RegisteredMemory memory = RegisteredMemory.of(2, ALL_MODES)) {
            memory.port.copy(memory.page(0), memory.source(1), PAGE, 0);
            memory.store(1, 2);
            assertThat(memory.port.copy(memory.page(0), memory.source(3), PAGE, 0))
                    .isEqualTo(-Errno.EEXIST);
            assertThat(memory.port.copy(memory.page(1), memory.source(3), PAGE, 0))
                    .as("in the page cache, not mapped")
                    .isEqualTo(-Errno.EEXIST);
            assertThat(memory.port.continuePages(memory.page(0), PAGE, 0)).isEqualTo(-Errno.EEXIST);
            assertThat(memory.stored(0)).isEqualTo(1);
        }
    }

    @Test
    void aRangeThatMeetsAPresentPageIsDoneInPart() {
        try (RegisteredMemory memory = RegisteredMemory.of(8, ALL_MODES)) {
            memory.store(3, 9);
            assertThat(memory.port.copy(memory.page(0), memory.source(1), 8 * PAGE, 0))
                    .isEqualTo(3 * PAGE);
            assertThat(memory.port.zeropage(memory.page(2), 4 * PAGE, 0)).isEqualTo(-Errno.EEXIST);
            assertThat(memory.stored(3)).isEqualTo(9);
        }
    }

    @Test
    void aContinueThatMeetsAHoleIsDoneInPart() {
        try (RegisteredMemory memory = RegisteredMemory.of(8, ALL_MODES)) {
            memory.store(0, 1);
            memory.store(1, 1);
            assertThat(memory.port.continuePages(memory.page(0), 8 * PAGE, 0)).isEqualTo(2 * PAGE);
            assertThat(memory.port.continuePages(memory.page(2), PAGE, 0)).isEqualTo(-Errno.EFAULT);
        }
    }

    @Test
    void anArgumentBlockLeavesNothingBehindForTheNextCall() {
        try (RegisteredMemory memory = RegisteredMemory.of(4, ALL_MODES)) {
            assertThat(memory.port.copy(memory.page(0), memory.source(1), PAGE, 0))
                    .isEqualTo(PAGE);
            assertThat(memory.port.copy(memory.page(0), memory.source(1), PAGE, 0))
                    .isEqualTo(-Errno.EEXIST);
            assertThat(memory.port.copy(memory.page(0), memory.source(1), 100, 0))
                    .isEqualTo(-Errno.EINVAL);
            assertThat(memory.port.copy(memory.page(1), 8, PAGE, 0))
                    .as("bad source")
                    .isEqualTo(-Errno.EFAULT);
        }
    }

    @Test
    void poisonIsRefusedOnAPresentPageAndFailsTheTouchOfAnAbsentOne() {
        int[] pipe = new int[2];
        RegisteredMemory.ok(FileIo.pipe2(pipe, FileIo.O_CLOEXEC));
        try (RegisteredMemory memory = RegisteredMemory.of(2, ALL_MODES)) {
            memory.port.copy(memory.page(0), memory.source(1), PAGE, 0);
            assertThat(memory.port.poison(memory.page(0), PAGE, 0)).isEqualTo(-Errno.EEXIST);
            assertThat(memory.port.poison(memory.page(1), PAGE, 0)).isEqualTo(PAGE);
            assertThat(FileIo.write(pipe[1], memory.page(1), 8)).isEqualTo(-Errno.EFAULT);

            assertThat(memory.port.copy(memory.page(1), memory.source(4), PAGE, 0))
                    .as("repair")
                    .isEqualTo(PAGE);
            assertThat(FileIo.write(pipe[1], memory.page(1), 8)).isEqualTo(8);
        } finally {
            FileIo.close(pipe[0]);
            FileIo.close(pipe[1]);
        }
    }

    @Test
    void aPunchedPageFaultsAgain() {
        try (RegisteredMemory memory = RegisteredMemory.of(4, ALL_MODES)) {
            assertThat(memory.port.copy(memory.page(0), memory.source(6), 4 * PAGE, 0))
                    .isEqualTo(4 * PAGE);
            assertDone(memory.touch(1, MADV_POPULATE_READ));
            assertThat(FileIo.punchHole(memory.memfd, PAGE, PAGE)).isZero();
            assertThat(FileIo.allocatedBytes(memory.memfd)).isEqualTo(3 * PAGE);

            CompletableFuture<Long> touch = memory.touch(1, MADV_POPULATE_READ);
            UffdMessages fault = memory.awaitFault();
            assertThat(fault.address(0)).isEqualTo(memory.page(1));
            assertThat(fault.flags(0) & UFFD_PAGEFAULT_FLAG_MINOR).as("missing").isZero();
            memory.port.copy(memory.page(1), memory.source(7), PAGE, 0);
            assertDone(touch);
            assertThat(memory.stored(1)).isEqualTo(7);
        }
    }

    @Test
    void dontwakeLeavesTheWaiterForAWake() {
        try (RegisteredMemory memory = RegisteredMemory.of(1, ALL_MODES)) {
            CompletableFuture<Long> touch = memory.touch(0, MADV_POPULATE_READ);
            memory.awaitFault();
            memory.port.copy(memory.page(0), memory.source(1), PAGE, UFFDIO_COPY_MODE_DONTWAKE);
            assertThat(ProcFs.fdinfo(memory.uffd, "total")).isOne();
            assertThat(ProcFs.fdinfo(memory.uffd, "pending")).isZero();
            assertThat(touch).isNotDone();
            assertThat(memory.port.wake(memory.page(0), PAGE)).isZero();
            assertDone(touch);
        }
    }

    @Test
    void unregisteringReleasesWaiters() {
        try (RegisteredMemory memory = RegisteredMemory.of(1, ALL_MODES)) {
            CompletableFuture<Long> touch = memory.touch(0, MADV_POPULATE_READ);
            memory.awaitFault();
            assertThat(memory.port.unregister(memory.address, memory.length)).isZero();
            assertDone(touch);
            assertThat(memory.port.copy(memory.page(0), memory.source(1), PAGE, 0))
                    .isEqualTo(-Errno.ENOENT);
        }
    }

    @Test
    void registrationIsRefusedWithTheKernelsReason() {
        try (RegisteredMemory memory = RegisteredMemory.of(2, 0)) {
            assertThat(memory.port.register(memory.address + 1, PAGE, ALL_MODES))
                    .isEqualTo(-Errno.EINVAL);
            assertThat(memory.port.register(memory.address, PAGE, 0)).isEqualTo(-Errno.EINVAL);
            assertThat(memory.port.register(memory.address, 2 * PAGE, ALL_MODES))
                    .isZero();
            try (RegisteredMemory other = RegisteredMemory.of(1, 0)) {
                assertThat(other.port.register(memory.address, PAGE, ALL_MODES)).isEqualTo(-Errno.EBUSY);
            }
        }
    }

    @Test
    void aNonBlockingReadWithoutFaultsIsEagain() {
        try (RegisteredMemory memory = RegisteredMemory.of(1, ALL_MODES)) {
            assertThat(memory.messages.fill(memory.port)).isEqualTo(-Errno.EAGAIN);
        }
    }

    @Test
    void aClosedPortRefusesCallsAndLeavesTheDescriptorOpen() {
        try (RegisteredMemory memory = RegisteredMemory.of(1, ALL_MODES)) {
            UffdPort port = new UffdPort(memory.uffd);
            port.close();
            assertThatThrownBy(() -> port.wake(memory.address, PAGE))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
            assertThat(memory.port.wake(memory.address, PAGE)).isZero();
        }
    }
}
