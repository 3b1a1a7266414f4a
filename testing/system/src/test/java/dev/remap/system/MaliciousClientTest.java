// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.linux.Mmap;
import dev.remap.linux.UnixSocket;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.Protocol;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client that keeps to no rule: its manager refuses in words, goes on, and has lost neither descriptors nor memory. */
@Timeout(120)
class MaliciousClientTest {
    private static final long SIZE = 4 * Pages.MIB;
    private static final long FREE_ADDRESS = 0x1000_0000_0000L;
    private static final int CANNOT_GO_ON = 70;
    private static final long MOST_RESIDENT_KB = 400 << 10;
    private static final Duration END = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    private ManagerPeer manager;
    private int before;
    private long lastId = 100;

    @BeforeEach
    void start() throws IOException {
        manager = ManagerPeer.welcomed(directory);
        create("first", FREE_ADDRESS, SIZE, memfd(SIZE));
        before = manager.descriptors();
    }

    @AfterEach
    void end() {
        manager.close();
    }

    @Test
    void descriptorsThatAreNoMemoryAreRefusedAndClosed() throws IOException {
        int[] pipe = new int[2];
        FileIo.pipe2(pipe, FileIo.O_CLOEXEC);
        FileIo.close(pipe[1]);
        int[] pair = new int[2];
        UnixSocket.socketpair(pair);
        FileIo.close(pair[1]);
        int memory = memfd(SIZE);
        List<IntSupplier> wrong = List.of(
                () -> pipe[0],
                () -> pair[0],
                () -> open(directory.toString(), FileIo.O_RDONLY),
                () -> open("/dev/null", FileIo.O_RDWR),
                () -> open("/dev/zero", FileIo.O_RDWR),
                () -> open("/proc/self/fd/" + memory, FileIo.O_PATH),
                () -> open("/proc/self/fd/" + memory, FileIo.O_RDONLY),
                () -> open(directory.toString(), FileIo.O_TMPFILE | FileIo.O_RDWR),
                () -> memfd(SIZE - Pages.SIZE),
                () -> (int) Memfd.createFixed("fixed", SIZE),
                ManagerPeer::userfaultfd);
        for (IntSupplier supplier : wrong) {
            int fd = supplier.getAsInt();
            assertThat(fd).as("descriptor to send").isNotNegative();
            refused(ErrorCode.INVALID, ManagerPeer.region("wrong", 2 * FREE_ADDRESS, SIZE), fd);
            FileIo.close(fd);
        }
        refused(ErrorCode.QUOTA, ManagerPeer.region("none", 2 * FREE_ADDRESS, SIZE));
        refused(ErrorCode.INVALID, ManagerPeer.region("two", 2 * FREE_ADDRESS, SIZE), memory, memory);
        refused(ErrorCode.INVALID, ManagerPeer.hello(directory), memory, memory, memory, memory);
        FileIo.close(memory);
        goesOn();
    }

    @Test
    void regionsThatCannotBeAreRefused() throws IOException {
        int memory = memfd(SIZE);
        long there = 2 * FREE_ADDRESS;
        List<Request.CreateRegion> wrong = new ArrayList<>();
        for (long size :
                new long[] {0, -4096, 1, SIZE + 1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 56, 1L << 62, SIZE * 2}) {
            wrong.add(ManagerPeer.region("size", there, size));
        }
        for (long address :
                new long[] {0, 1, -4096, Long.MAX_VALUE & -4096, Long.MIN_VALUE, FREE_ADDRESS, FREE_ADDRESS + SIZE / 2
                }) {
            wrong.add(ManagerPeer.region("address", address, SIZE));
        }
        for (String name : List.of("", " ", "../etc", "a/b", "x".repeat(65), "\0", "n".repeat(1024))) {
            wrong.add(ManagerPeer.region(name, there, SIZE));
        }
        wrong.add(new Request.CreateRegion(
                "p", there, SIZE, 77, 1_000_000, List.of("zram"), "s3fifo", false, false, "", false));
        wrong.add(
                new Request.CreateRegion("p", there, SIZE, 0, -1, List.of("zram"), "s3fifo", false, false, "", false));
        wrong.add(new Request.CreateRegion(
                "p", there, SIZE, 0, 1_000_000, List.of("tape"), "s3fifo", false, false, "", false));
        wrong.add(new Request.CreateRegion(
                "p", there, SIZE, 0, 1_000_000, List.of("zram:zstd-99"), "s3fifo", false, false, "", false));
        wrong.add(
                new Request.CreateRegion("p", there, SIZE, 0, 1_000_000, List.of(), "lucky", false, false, "", false));
        for (Request.CreateRegion request : wrong) {
            refused(ErrorCode.INVALID, request, memory);
        }
        FileIo.close(memory);
        goesOn();
    }

    @Test
    void devicesThatCannotBeAndCommandsThatMakeNoSenseAreRefused() throws IOException {
        for (String name : List.of("", " ", "../etc", "a/b", "A", "x".repeat(65), "\0", "n".repeat(1024))) {
            refused(ErrorCode.INVALID, new Request.BindDevice(name, "zram", ""));
            refused(ErrorCode.NOT_FOUND, new Request.UnbindDevice(name, Long.MIN_VALUE));
            refused(ErrorCode.NOT_FOUND, command(name, -1, 0, 0, 0, 0));
        }
        refused(ErrorCode.INVALID, new Request.BindDevice("d0", "zram", "a\0b"));
        refused(ErrorCode.NOT_FOUND, new Request.BindDevice("d0", "nobody", ""));
        refused(ErrorCode.EXISTS, new Request.BindDevice("zram0", "zram", ""));
        refused(ErrorCode.UNSUPPORTED, command("zram0", -1, 0, 0, 0, 0));
        int region = 0;
        for (long offset : new long[] {1, -4096, Long.MIN_VALUE, SIZE + 4096, Long.MAX_VALUE & -4096}) {
            refused(ErrorCode.INVALID, new Request.Protect(region, offset, 4096, 0));
            refused(ErrorCode.INVALID, new Request.Protect(region, 0, offset, 0));
        }
        refused(ErrorCode.INVALID, new Request.Protect(region, 0, 4096, 3));
        refused(ErrorCode.INVALID, new Request.Protect(region, 0, 4096, -1));
        goesOn();
    }

    private static Request command(String device, int region, long offset, long length, long at, long bytes) {
        return new Request.CommandDevice(device, 0, 0, region, offset, length, at, bytes, 1_000_000);
    }

    /** And what is for a broker. */
    @Test
    void aManagerOfOneApplicationKeepsNoRegionsAndTakesNoCommandsOfABrokers() throws IOException {
        refused(ErrorCode.UNSUPPORTED, new Request.OpenRegion("p", ""));
        refused(ErrorCode.UNSUPPORTED, new Request.AdoptRegion("p", "", 2 * FREE_ADDRESS));
        refused(ErrorCode.UNSUPPORTED, new Request.RemoveRegion("p"));
        refused(ErrorCode.INVALID, new Request.Join(Protocol.VERSION, SIZE));
        refused(ErrorCode.INVALID, new Request.Upgrade(Protocol.VERSION, ""));
        for (long bytes : new long[] {0, -1, Long.MIN_VALUE, 4096}) {
            refused(ErrorCode.INVALID, new Request.SetBudget(bytes, 0));
        }
        goesOn();
    }

    @Test
    void rangesAndNumbersThatAreNotThereAreRefused() throws IOException {
        long[] edges = {-1, Long.MIN_VALUE, Long.MAX_VALUE, SIZE, 1L << 62};
        for (long edge : edges) {
            for (Request request : List.of(
                    new Request.Load(0, 1000, false, edge, new long[] {1}),
                    new Request.Load(0, 1000, false, 8, new long[] {edge, 0}),
                    new Request.Pin(0, edge, 8, 1000),
                    new Request.Pin(0, 8, edge, 1000),
                    new Request.PageOut(0, edge, 4096),
                    new Request.Discard(0, 4096, edge),
                    new Request.Failures(0, edge == SIZE ? -2 : edge),
                    new Request.Repair(0, edge, edge, 0),
                    new Request.Force(0, 8, edge),
                    new Request.FileState(0, edge),
                    new Request.Advise(0, edge, 8, 3),
                    new Request.Read(0, 1000, 0, 8, new long[] {edge}),
                    new Request.Read(0, 1000, edge, 8, new long[] {0}),
                    new Request.CloseFile(0, edge, 8))) {
                refused(ErrorCode.INVALID, request);
            }
        }
        for (int region : new int[] {-1, 1, 63, 1 << 20, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            refused(ErrorCode.NOT_FOUND, new Request.Discard(region, 0, 4096));
            refused(ErrorCode.NOT_FOUND, new Request.CloseBegin(region));
            refused(ErrorCode.NOT_FOUND, new Request.CloseEnd(region));
            refused(ErrorCode.NOT_FOUND, new Request.Read(region, 1000, 0, 8, new long[] {0}));
        }
        for (int code : new int[] {-1, 6, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            refused(ErrorCode.INVALID, new Request.Advise(0, 0, SIZE, code));
        }
        goesOn();
    }

    @Test
    void whatIsOutOfOrderIsRefused() throws IOException {
        refused(ErrorCode.INVALID, ManagerPeer.hello(directory));
        refused(ErrorCode.INVALID, new Request.Unpin(0, 0, SIZE));
        int memory = memfd(SIZE);
        refused(ErrorCode.INVALID, new Request.OpenFile(0, 0, 0, 4096, true, false), memory);
        FileIo.close(memory);
        refused(ErrorCode.QUOTA, new Request.OpenFile(0, 0, 0, 4096, true, false));
        refused(ErrorCode.INVALID, new Request.CloseFile(0, 0, 4096));
        assertThat(call(new Request.CloseEnd(0))).isEqualTo(new Reply.Done(0));
        refused(ErrorCode.NOT_FOUND, new Request.Discard(0, 0, 4096));
        refused(ErrorCode.NOT_FOUND, new Request.CloseEnd(0));
        create("second", FREE_ADDRESS, SIZE, memfd(SIZE));
    }

    /** Nothing is mapped at the region's address: what the manager puts there, the kernel refuses. */
    @Test
    void aRegionThatIsNotMappedEndsInRefusalsAndNotInALoop() throws IOException {
        assertThat(call(new Request.Load(0, 100_000_000, false, 4096, new long[] {0, 4096, 8192})))
                .isInstanceOf(Reply.Failed.class);
        assertThat(call(new Request.Pin(0, 0, 4096, 100_000_000))).isInstanceOf(Reply.Failed.class);
        idle();
        goesOn();
    }

    @Test
    void aRegionThatIsCutShortEndsInRefusals() throws IOException {
        int memory = memfd(SIZE);
        int mine = (int) FileIo.fcntlDup(memory);
        long address = Mmap.map(0, SIZE, Mmap.PROT_READ | Mmap.PROT_WRITE, Mmap.MAP_SHARED, mine, 0);
        try {
            manager.register(address, SIZE);
            int region = create("cut", address, SIZE, memory);
            assertThat(call(new Request.Load(region, 1_000_000_000, false, 4096, new long[] {0})))
                    .isInstanceOf(Reply.Done.class);
            FileIo.ftruncate(mine, 0);
            assertThat(call(new Request.Load(region, 100_000_000, false, 4096, new long[] {8192})))
                    .isInstanceOf(Reply.Failed.class);
            assertThat(call(new Request.PageOut(region, 0, SIZE))).isInstanceOf(Reply.Done.class);
            idle();
            assertThat(call(new Request.CloseEnd(region))).isEqualTo(new Reply.Done(0));
        } finally {
            Mmap.unmap(address, SIZE);
            FileIo.close(mine);
        }
        goesOn();
    }

    @Test
    void thousandsOfRegionsEndInAQuota() throws IOException {
        int made = 0;
        Reply reply = new Reply.Done(0);
        for (int i = 1; i < 5_000 && !(reply instanceof Reply.Failed); i++) {
            int memory = memfd(Pages.SIZE);
            reply = call(ManagerPeer.region("many" + i, FREE_ADDRESS + i * SIZE, Pages.SIZE), memory);
            FileIo.close(memory);
            made++;
        }
        assertThat(reply)
                .isInstanceOfSatisfying(
                        Reply.Failed.class, failed -> assertThat(failed.code()).isEqualTo(ErrorCode.QUOTA.number()));
        assertThat(made).isGreaterThan(50);
        assertThat(manager.residentKb()).isLessThan(MOST_RESIDENT_KB);
        assertThat(call(new Request.CloseEnd(0))).isEqualTo(new Reply.Done(0));
    }

    @Test
    void aHugeRegionIsNotWalkedPageByPage() throws IOException {
        long huge = 1L << 44;
        int region = create("huge", 2 * FREE_ADDRESS, huge, memfd(huge));
        long began = System.nanoTime();
        assertThat(call(new Request.PageOut(region, 0, huge))).isEqualTo(new Reply.Done(0));
        assertThat(call(new Request.Discard(region, 0, huge))).isInstanceOf(Reply.Done.class);
        manager.send(0, new Request.Advise(region, 0, huge, 3));
        refused(ErrorCode.CAPACITY, new Request.Load(region, 1000, false, huge, new long[] {0}));
        refused(ErrorCode.CAPACITY, new Request.Pin(region, 0, huge, 1000));
        refused(ErrorCode.INVALID, new Request.Read(region, 1000, 0, huge, new long[1 << 12]));
        assertThat(call(new Request.CloseEnd(region))).isEqualTo(new Reply.Done(0));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(END);
        assertThat(manager.residentKb()).isLessThan(MOST_RESIDENT_KB);
        goesOn();
    }

    /** Requests of 64 KiB each, whose answers nobody reads: the manager stops reading, keeps little, and is there afterwards. */
    @Test
    void aFloodWithoutReadingAnswersIsHeldBack() throws IOException {
        List<Request> flood = List.of(
                new Request.Load(0, 1, false, 8, new long[8_000]),
                new Request.Read(0, 1, 0, 8, new long[8_000]),
                new Request.Failures(0, 0),
                new Request.PageOut(0, 0, SIZE),
                new Request.Advise(0, 0, SIZE, 3),
                new Request.Discard(99, 0, 4096));
        long sent = 0;
        long began = System.nanoTime();
        while (System.nanoTime() - began < 2_000_000_000L) {
            byte[] bytes = manager.encoded(++lastId, flood.get((int) (sent % flood.size())));
            long result = manager.trySendRaw(bytes);
            if (result == -Errno.EAGAIN) {
                LockSupport.parkNanos(1_000_000);
            } else {
                assertThat(result).as(Errno.name(result)).isEqualTo(bytes.length);
                sent++;
            }
        }
        assertThat(sent).as("requests that the manager took").isGreaterThan(100);
        assertThat(manager.residentKb()).isLessThan(MOST_RESIDENT_KB);
        idle();
        assertThat(manager.readAll()).as("answers").isGreaterThan(100);
        goesOn();
    }

    @Test
    void anAgentThatAnswersGarbageIsLeftAlone() throws IOException {
        byte[] garbage = new byte[512];
        new Random(4).nextBytes(garbage);
        for (int i = 0; i < 32; i++) {
            assertThat(manager.trySendToAgent(garbage))
                    .isIn((long) garbage.length, (long) -Errno.EPIPE, (long) -Errno.EAGAIN);
        }
        idle();
        goesOn();
    }

    @Test
    void bytesThatAreNoRequestEndTheManagerInGoodOrder() throws IOException {
        for (byte[] bytes : garbage().toList()) {
            try (ManagerPeer other = ManagerPeer.welcomed(directory)) {
                assertThat(other.sendRaw(bytes)).isEqualTo(bytes.length);
                assertThat(other.awaitExit(END)).isEqualTo(CANNOT_GO_ON);
            }
        }
    }

    private Stream<byte[]> garbage() throws IOException {
        byte[] random = new byte[4096];
        new Random(4).nextBytes(random);
        byte[] truncated = Arrays.copyOf(manager.encoded(1, new Request.Pin(0, 0, 1, 1)), 30);
        byte[] tooLong = new byte[70_000];
        return Stream.of(random, truncated, tooLong);
    }

    @Test
    void aFirstMessageThatIsNoHelloEndsTheManagerInGoodOrder() throws IOException {
        int memory = memfd(SIZE);
        int uffd = ManagerPeer.userfaultfd();
        int device = open("/dev/null", FileIo.O_RDWR);
        int shrinkable = memfd(1 << 20);
        int[][] descriptors = {
            {},
            {uffd},
            {uffd, memory, memory},
            {uffd, device, device, device},
            {device, device, shrinkable, device},
            {memory, memory, memory, memory, memory},
            {memory, memory, memory, memory}
        };
        for (int[] fds : descriptors) {
            try (ManagerPeer other = ManagerPeer.start(directory)) {
                other.send(1, ManagerPeer.hello(directory), fds);
                assertThat(other.awaitExit(END)).as(fds.length + " descriptors").isIn(CANNOT_GO_ON, 71);
            }
        }
        try (ManagerPeer other = ManagerPeer.start(directory)) {
            other.send(1, new Request.Bye());
            assertThat(other.awaitExit(END)).isEqualTo(CANNOT_GO_ON);
        }
        for (int fd : new int[] {memory, uffd, device, shrinkable}) {
            FileIo.close(fd);
        }
    }

    /** It serves, has as many descriptors as before, and uses no CPU time when nothing is asked. */
    private void goesOn() throws IOException {
        assertThat(call(new Request.Failures(0, 0))).isEqualTo(new Reply.FailureList(List.of()));
        Eventually.await("descriptors are closed", END, () -> manager.descriptors() <= before);
        assertThat(manager.alive()).isTrue();
    }

    private void idle() {
        Eventually.await("the manager rests", END, () -> {
            long ticks = manager.cpuTicks();
            LockSupport.parkNanos(300_000_000);
            return manager.cpuTicks() - ticks <= 8;
        });
    }

    private Reply call(Request request, int... fds) throws IOException {
        return manager.call(++lastId, request, fds);
    }

    private void refused(ErrorCode code, Request request, int... fds) throws IOException {
        Reply reply = call(request, fds);
        assertThat(reply).as(request.toString()).isInstanceOfSatisfying(Reply.Failed.class, failed -> {
            assertThat(ErrorCode.of(failed.code()))
                    .as(request + ": " + failed.what())
                    .isEqualTo(code);
            assertThat(failed.what()).isNotBlank();
        });
    }

    private int create(String name, long address, long size, int memory) throws IOException {
        Reply reply = call(ManagerPeer.region(name, address, size), memory);
        FileIo.close(memory);
        assertThat(reply).isInstanceOf(Reply.RegionCreated.class);
        return ((Reply.RegionCreated) reply).region();
    }

    private static int memfd(long size) {
        return (int) Memfd.createSized("remap-test", size);
    }

    private static int open(String path, int flags) {
        return (int) FileIo.open(path, flags | FileIo.O_CLOEXEC, 0600);
    }
}
