// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SparseArrayTest {
    private static final long BYTES = 1 << 20;
    private static final int INTS = (int) (BYTES / Integer.BYTES);
    private static final int INTS_A_PAGE = 1024;

    private static SparseArray overMemfd() throws IOException {
        long memfd = Memfd.createFixed("remap-sparse-test", BYTES);
        assertThat(memfd).isNotNegative();
        return new SparseArray(BYTES, (int) memfd);
    }

    /** How many pages the file has. */
    private static long pagesOf(SparseArray array) {
        long pages = 0;
        long at = FileIo.lseek(array.fd(), 0, FileIo.SEEK_DATA);
        while (at >= 0) {
            long end = FileIo.lseek(array.fd(), at, FileIo.SEEK_HOLE);
            pages += (end - at) / PagedRegion.PAGE_SIZE;
            at = FileIo.lseek(array.fd(), end, FileIo.SEEK_DATA);
        }
        return pages;
    }

    @Test
    void readingAllOfAnArrayOverAMemfdAllocatesNothing() throws IOException {
        try (SparseArray array = overMemfd()) {
            assertThat(IntStream.range(0, INTS).map(array::getInt).sum()).isZero();
            assertThat(array.getLong(7)).isZero();
            assertThat(array.getByte(BYTES - 1)).isZero();
            assertThat(pagesOf(array)).isZero();
        }
    }

    @Test
    void onlyPagesThatWereWrittenAreAllocatedAndRead() throws IOException {
        try (SparseArray array = overMemfd()) {
            assertThat(array.addInt(3 * INTS_A_PAGE + 5, 7)).isEqualTo(7);
            assertThat(array.addInt(3 * INTS_A_PAGE + 5, -3)).isEqualTo(4);
            array.setByte(BYTES - 1, 200);
            array.setLong(0, -1);
            assertThat(array.compareAndSetLong(512L * 9, 0, 9)).isTrue();
            assertThat(IntStream.range(0, INTS)
                            .map(array::getInt)
                            .filter(v -> v != 0)
                            .count())
                    .isEqualTo(5);
            assertThat(array.getInt(3 * INTS_A_PAGE + 5)).isEqualTo(4);
            assertThat(array.getByte(BYTES - 1)).isEqualTo(200);
            assertThat(array.getLong(0)).isEqualTo(-1);
            assertThat(array.getLong(512L * 9)).isEqualTo(9);
            assertThat(pagesOf(array)).isEqualTo(4);
        }
    }

    @Test
    void whoMapsTheMemfdLaterSeesWhatWasWritten() throws IOException {
        try (SparseArray before = overMemfd()) {
            before.addInt(INTS_A_PAGE, 11);
            before.addInt(INTS - 1, 12);
            int descriptor = (int) FileIo.fcntlDup(before.fd());
            assertThat(descriptor).isNotNegative();
            try (SparseArray after = new SparseArray(BYTES, descriptor)) {
                assertThat(after.getInt(INTS_A_PAGE)).isEqualTo(11);
                assertThat(after.getInt(INTS - 1)).isEqualTo(12);
                assertThat(after.getInt(2 * INTS_A_PAGE)).isZero();
                assertThat(pagesOf(after)).isEqualTo(2);
            }
        }
    }

    @Test
    void clearingMakesAllOfItZeroAndItCanBeWrittenAgain() throws IOException {
        try (SparseArray array = overMemfd()) {
            array.addInt(5, 1);
            array.clear();
            assertThat(pagesOf(array)).isZero();
            assertThat(array.getInt(5)).isZero();
            assertThat(array.addInt(5, 2)).isEqualTo(2);
            assertThat(array.getInt(5)).isEqualTo(2);
        }
    }

    @Test
    void anArrayOfThisProcessHasNoFile() throws IOException {
        try (SparseArray array = new SparseArray(BYTES)) {
            assertThat(array.fd()).isNegative();
            assertThat(array.getInt(INTS - 1)).isZero();
            assertThat(array.addInt(INTS - 1, 3)).isEqualTo(3);
            assertThat(array.getInt(INTS - 1)).isEqualTo(3);
        }
    }
}
