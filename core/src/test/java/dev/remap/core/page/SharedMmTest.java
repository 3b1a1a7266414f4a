// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.linux.Mmap;
import dev.remap.linux.UffdPort;
import dev.remap.linux.UserfaultfdAccess;
import dev.remap.wire.FaultReporting;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the real kernel: one memfd, two userfaultfds that may write, and one that may read, all in this process. */
class SharedMmTest {
    private static final long PAGE = PagedRegion.PAGE_SIZE;
    private static final long SIZE = 64 * PAGE;
    private static final int WRITER = 1;
    private static final int OTHER = 2;
    private static final int READER = 3;
    private static final int MOST_ROUNDS = 50;

    private final Mappers mappers = new Mappers();
    private final SharedMm mm = new SharedMm(mappers);
    private final List<Integer> fds = new ArrayList<>();
    private final long[] bases = new long[READER + 1];
    private int memfd;

    @BeforeEach
    void map() {
        memfd = (int) Memfd.createSized("remap-region-test", SIZE);
        fds.add(memfd);
        mappers.memory(memfd);
        add(WRITER, memfd, Mmap.MAP_SHARED, FaultReporting.MODES);
        add(OTHER, memfd, Mmap.MAP_SHARED, FaultReporting.MODES);
        int reader = (int) Memfd.reopenReadOnly(memfd);
        fds.add(reader);
        add(READER, reader, Mmap.MAP_PRIVATE, FaultReporting.READER_MODES);
    }

    private void add(int number, int fd, int sharing, long modes) {
        UserfaultfdAccess.Result access = UserfaultfdAccess.open(FaultReporting.FEATURES, -1);
        Assumptions.assumeTrue(access.fd() >= 0, "no userfaultfd here");
        fds.add(access.fd());
        boolean writable = sharing == Mmap.MAP_SHARED;
        int protection = writable ? Mmap.PROT_READ | Mmap.PROT_WRITE : Mmap.PROT_READ;
        bases[number] = Mmap.map(0, SIZE, protection, sharing | Mmap.MAP_NORESERVE, fd, 0);
        try (UffdPort port = new UffdPort(access.fd())) {
            assertThat(port.register(bases[number], SIZE, modes)).isNotNegative();
        }
        mappers.add(new Mapper(number, access.fd(), bases[number], writable));
    }

    @AfterEach
    void unmap() {
        for (long base : bases) {
            if (base > 0) {
                Mmap.unmap(base, SIZE);
            }
        }
        fds.forEach(FileIo::close);
    }

    private static long at(long page) {
        return Mappers.BASE + page * PAGE;
    }

    private long copy(int mapper, long page, long value, boolean protect) {
        mm.turnTo(mapper);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment source = arena.allocate(PAGE, PAGE);
            source.set(ValueLayout.JAVA_LONG, 0, value);
            return mm.copy(at(page), source.address(), PAGE, protect, true);
        }
    }

    private long get(int mapper, long page) {
        return Mmap.segment(bases[mapper], SIZE).get(ValueLayout.JAVA_LONG, page * PAGE);
    }

    private void mapFor(int mapper, long page) {
        mm.turnTo(mapper);
        assertThat(mm.map(at(page), PAGE, false)).isEqualTo(PAGE);
    }

    @Test
    void aPageThatAReaderBringsInIsThePageOfAll() {
        assertThat(copy(READER, 3, 42, true)).isEqualTo(PAGE);
        assertThat(get(READER, 3)).isEqualTo(42);
        mapFor(WRITER, 3);
        Mmap.segment(bases[WRITER], SIZE).set(ValueLayout.JAVA_LONG, 3 * PAGE, 43);
        assertThat(get(READER, 3)).as("no page of its own").isEqualTo(43);
        assertThat(copy(WRITER, 4, 5, false)).isEqualTo(PAGE);
        mapFor(READER, 4);
        assertThat(get(READER, 4)).isEqualTo(5);
    }

    @Test
    void withNobodysTurnAPageIsMappedForAll() {
        assertThat(copy(Mapper.NOBODY, 7, 9, false)).isEqualTo(PAGE);
        for (int mapper = WRITER; mapper <= READER; mapper++) {
            assertThat(get(mapper, 7)).isEqualTo(9);
        }
    }

    @Test
    void protectionCoversAllThatCanWrite() {
        assertThat(copy(WRITER, 1, 1, false)).isEqualTo(PAGE);
        mapFor(OTHER, 1);
        assertThat(mm.protect(at(0), SIZE)).isZero();
        for (int mapper : new int[] {WRITER, OTHER}) {
            mm.turnTo(mapper);
            assertThat(mm.map(at(1), PAGE, false)).as("mapped").isEqualTo(-Errno.EEXIST);
            assertThat(mm.unprotect(at(1), PAGE)).isZero();
            Mmap.segment(bases[mapper], SIZE).set(ValueLayout.JAVA_LONG, PAGE, mapper);
        }
    }

    @Test
    void poisonGoesWhereMarkersOfProtectionAreAndGoesAgainEverywhere() {
        mm.turnTo(Mapper.NOBODY);
        assertThat(mm.protect(at(2), PAGE)).as("leaves markers").isZero();
        assertThat(mm.poison(at(2), PAGE)).isZero();
        assertThat(mm.poison(at(2), PAGE)).as("it is there").isEqualTo(-Errno.EEXIST);
        assertThat(copy(WRITER, 2, 8, false)).isEqualTo(PAGE);
        mm.replacePoison(at(2), PAGE, false);
        for (int mapper = WRITER; mapper <= READER; mapper++) {
            assertThat(get(mapper, 2)).isEqualTo(8);
        }
    }

    @Test
    void whoHasGoneOrHasUnmappedIsNoObstacle() {
        Mmap.unmap(bases[OTHER], SIZE);
        bases[OTHER] = 0;
        assertThat(copy(WRITER, 1, 1, false)).isEqualTo(PAGE);
        mm.turnTo(Mapper.NOBODY);
        assertThat(mm.protect(at(0), SIZE)).isZero();
        assertThat(mm.wake(at(0), SIZE)).isZero();
        mappers.remove(Objects.requireNonNull(mappers.get(OTHER)));
        assertThat(copy(OTHER, 5, 1, false)).isEqualTo(-Errno.ESRCH);
        assertThat(mm.protect(at(0), SIZE)).isZero();
        assertThat(FileIo.lseek(memfd, 5 * PAGE, FileIo.SEEK_DATA))
                .as("nothing was put there")
                .isNegative();
    }

    @Test
    void nothingIsAllocatedWhileNobodyComesOrGoes() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        copy(WRITER, 0, 1, false);
        long allocated = Long.MAX_VALUE;
        for (int i = 0; i < MOST_ROUNDS && allocated > 0; i++) { // until all of it is compiled
            long before = threads.getCurrentThreadAllocatedBytes();
            round(10_000);
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(allocated).isLessThan(1024);
    }

    private void round(int times) {
        for (int i = 0; i < times; i++) {
            mm.turnTo(WRITER);
            mm.map(at(0), PAGE, false);
            mm.unprotect(at(0), PAGE);
            mm.protect(at(0), PAGE);
            mm.wake(at(0), PAGE);
        }
    }
}
