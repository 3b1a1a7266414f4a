// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.IoQueue;
import dev.remap.linux.LinuxAio;
import dev.remap.linux.Memfd;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IoPipeTest {
    private static final int NO_FD = -1;
    private static final int NOT_A_RANGE = 1 << 20;

    private final Pages memory = new Pages(100);
    private final Map<Integer, Long> answers = new HashMap<>();
    private final int fd = (int) Memfd.createSized("test", 100 * Pages.BYTES);

    @AfterEach
    void close() {
        FileIo.close(fd);
    }

    private IoPipe pipe(IoQueue queue) {
        return new IoPipe(queue, answers::put);
    }

    private int read(IoPipe pipe, int from, int page) {
        int request = pipe.begin();
        pipe.range(request, memory.address(page), Pages.BYTES);
        pipe.read(request, from, (long) page * Pages.BYTES);
        return request;
    }

    @ParameterizedTest
    @EnumSource(IoKind.class)
    void moreRequestsThanFitAreAllAnswered(IoKind kind) {
        for (int page = 0; page < 100; page++) {
            memory.put(page, page);
        }
        FileIo.pwrite(fd, memory.address(0), 100 * Pages.BYTES, 0);
        memory.wipe();
        IoPipe pipe = pipe(kind.open(IoPipe.DEPTH));
        for (int page = 0; page < 100; page++) {
            read(pipe, fd, page);
        }
        pipe.drain();
        assertThat(answers).hasSizeBetween(1, IoPipe.DEPTH).containsValue((long) Pages.BYTES);
        for (int page = 0; page < 100; page++) {
            assertThat(memory.get(page)).isEqualTo(Pages.random(page));
        }
        pipe.close();
    }

    /** AIO refuses a descriptor that is not open as it submits, which leaves the requests behind it where they are. */
    @Test
    void aQueueThatBreaksDownIsReplacedAndItsRequestsAreAnswered() {
        LinuxAio aio = new LinuxAio(IoPipe.DEPTH);
        assertThat(aio.open()).isZero();
        IoPipe pipe = pipe(aio);
        int good = read(pipe, fd, 1);
        int bad = read(pipe, NO_FD, 2);
        int behind = read(pipe, fd, 3);
        pipe.drain();
        assertThat(answers.get(good)).isEqualTo(Pages.BYTES);
        assertThat(answers.get(bad)).isEqualTo(-Errno.EAGAIN);
        assertThat(answers.get(behind)).isEqualTo(-Errno.EAGAIN);
        List<Integer> more = new ArrayList<>();
        for (int i = 0; i < IoPipe.DEPTH; i++) {
            more.add(read(pipe, fd, i));
        }
        pipe.drain();
        assertThat(more)
                .doesNotHaveDuplicates()
                .allSatisfy(request -> assertThat(answers.get(request)).isEqualTo(Pages.BYTES));
        pipe.close();
    }

    @Test
    void moreRangesThanARequestHasAreABug() {
        IoPipe pipe = pipe(IoKind.PLAIN.open(IoPipe.DEPTH));
        int request = pipe.begin();
        for (int i = 0; i < IoPipe.MAX_RUN; i++) {
            pipe.range(request, memory.address(2 * i), Pages.BYTES);
        }
        assertThatThrownBy(() -> pipe.range(request, NOT_A_RANGE, Pages.BYTES))
                .isInstanceOf(IllegalStateException.class);
        pipe.close();
    }
}
