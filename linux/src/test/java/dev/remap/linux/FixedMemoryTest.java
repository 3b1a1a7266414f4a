// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import static dev.remap.linux.RegisteredMemory.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** Memory whose size nobody can change, and mappings that bring nothing in. */
class FixedMemoryTest {
    private static final long BYTES = 64 * 4096;

    @Test
    void aFixedMemfdKeepsItsSizeAndMayBeWritten() {
        int fd = (int) ok(Memfd.createFixed("fixed", BYTES));
        assertThat(FileIo.ftruncate(fd, 0)).isEqualTo(-Errno.EPERM);
        assertThat(FileIo.ftruncate(fd, 2 * BYTES)).isEqualTo(-Errno.EPERM);
        assertThat(Memfd.isFixed(fd, BYTES)).isTrue();
        assertThat(Memfd.isFixed(fd, BYTES + 1)).as("too small").isFalse();
        assertThat(FileIo.punchHole(fd, 0, 4096)).isNotNegative();
        assertThat(Memfd.seals(fd) & (Memfd.F_SEAL_SHRINK | Memfd.F_SEAL_GROW)).isEqualTo(6);
        FileIo.close(fd);
    }

    @Test
    void anOrdinaryMemfdIsNotFixedAndOtherFilesHaveNoSeals() {
        int memory = (int) ok(Memfd.createSized("ordinary", BYTES));
        int device = (int) ok(FileIo.open("/dev/null", FileIo.O_RDWR | FileIo.O_CLOEXEC, 0));
        assertThat(Memfd.isFixed(memory, BYTES)).isFalse();
        assertThat(Memfd.seals(device)).isEqualTo(-Errno.EINVAL);
        assertThat(Memfd.isFixed(device, 0)).isFalse();
        FileIo.close(memory);
        FileIo.close(device);
    }

    @Test
    void aMappingThatIsNotLockedTakesNoMemoryUntilItIsTouched() {
        int fd = (int) ok(Memfd.createSized("unlocked", BYTES));
        int both = Mmap.PROT_READ | Mmap.PROT_WRITE;
        long address = ok(Mmap.mapUnlocked(BYTES, both, Mmap.MAP_SHARED, fd));
        assertThat(FileIo.allocatedBytes(fd)).isZero();
        MemorySegment memory = Mmap.segment(address, BYTES);
        memory.set(ValueLayout.JAVA_LONG, 4096, 7);
        assertThat(memory.get(ValueLayout.JAVA_LONG, 4096)).isEqualTo(7);
        assertThat(FileIo.allocatedBytes(fd)).isEqualTo(4096);
        Mmap.unmap(address, BYTES);
        int readOnly = (int) ok(Memfd.reopenReadOnly(fd));
        assertThat(Mmap.mapUnlocked(BYTES, both, Mmap.MAP_SHARED, readOnly)).isEqualTo(-Errno.EACCES);
        FileIo.close(readOnly);
        FileIo.close(fd);
    }
}
