// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.linux.PollSet;
import dev.remap.linux.UnixSocket;
import dev.remap.wire.AgentCodec;
import dev.remap.wire.AgentMessage;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.FailureEntry;
import dev.remap.wire.Protocol;
import dev.remap.wire.Received;
import dev.remap.wire.Reply;
import dev.remap.wire.ReplyCodec;
import dev.remap.wire.Request;
import dev.remap.wire.RequestCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;

/** A manager that lies. First argument: how. Last two: the socket's name and the application's process id. */
final class EvilManagerMain {
    private static final MemorySegment BUFFER = Arena.ofAuto().allocate(Protocol.MAX_MESSAGE_BYTES, Long.BYTES);
    private static final int READ_LIMIT_MS = 30_000;
    private static final long HUGE = 0x7FFF_FFFF_FFFF_F000L;

    private final Deceit deceit;
    private final int socket;
    private int agent = -1;
    private long base;
    private int requests;

    /** How it lies. */
    enum Deceit {
        CLOSES_AT_ONCE,
        NEVER_ANSWERS_HELLO,
        GARBAGE_FOR_WELCOME,
        OTHER_VERSION,
        WELCOME_WITHOUT_COUNTERS,
        SHORT_COUNTERS,
        PIPE_FOR_COUNTERS,
        GROWING_COUNTERS,
        WRONG_ID,
        NO_WORDS,
        SHORT_WORDS,
        WRONG_ANSWER_KIND,
        RANDOM_COUNTERS,
        COUNTERS_OF_ONES,
        REGION_OUT_OF_RANGE,
        ENDLESS_FAILURES,
        UNKNOWN_ERROR_CODE,
        CLOSES_IN_CREATE,
        GARBAGE_LATER,
        CLOSES_LATER,
        ZAPS_EVERYTHING
    }

    private EvilManagerMain(Deceit deceit, int socket) {
        this.deceit = deceit;
        this.socket = socket;
    }

    public static void main(String[] arguments) throws IOException {
        String name = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII)).readLine();
        new EvilManagerMain(Deceit.valueOf(arguments[0]), (int) UnixSocket.connectAbstract(name)).serve();
    }

    private void serve() throws IOException {
        if (deceit == Deceit.CLOSES_AT_ONCE) {
            return;
        }
        int[] fds = new int[Protocol.MAX_FDS];
        while (new PollSet(socket).await(READ_LIMIT_MS) > 0) {
            long length = UnixSocket.receive(socket, BUFFER.address(), BUFFER.byteSize(), fds, 0);
            if (length <= 0) {
                return;
            }
            Received<Request> received = RequestCodec.decode(BUFFER, length);
            if (received.message() instanceof Request.Hello) {
                agent = fds[1];
                welcome(received.requestId());
            } else if (received.requestId() != 0) {
                answer(received.requestId(), received.message());
            }
        }
    }

    private void welcome(long id) throws IOException {
        Reply welcome =
                new Reply.Welcome(Protocol.VERSION, ProcessHandle.current().pid());
        switch (deceit) {
            case NEVER_ANSWERS_HELLO -> {}
            case GARBAGE_FOR_WELCOME -> garbage();
            case OTHER_VERSION ->
                send(id, new Reply.Welcome(Protocol.VERSION + 1, 1), counters(CountersLayout.FILE_BYTES));
            case WELCOME_WITHOUT_COUNTERS -> send(id, welcome);
            case SHORT_COUNTERS -> send(id, welcome, counters(4096));
            case GROWING_COUNTERS -> send(id, welcome, (int) Memfd.createSized("growing", CountersLayout.FILE_BYTES));
            case PIPE_FOR_COUNTERS -> {
                int[] pipe = new int[2];
                FileIo.pipe2(pipe, FileIo.O_CLOEXEC);
                send(id, welcome, pipe[0]);
            }
            default -> send(id, welcome, counters(CountersLayout.FILE_BYTES));
        }
    }

    private void answer(long id, Request request) throws IOException {
        requests++;
        switch (deceit) {
            case WRONG_ID -> {
                if (request instanceof Request.Load load && !load.hint() && load.offsets().length == 1) {
                    send(id + 1000, new Reply.RegionCreated(0), words(8));
                } else {
                    answerWell(id, request);
                }
            }
            case WRONG_ANSWER_KIND -> send(id, created(request) ? new Reply.Done(3) : new Reply.RegionCreated(5));
            case CLOSES_IN_CREATE -> Runtime.getRuntime().halt(0);
            case REGION_OUT_OF_RANGE -> send(id, new Reply.RegionCreated(Integer.MAX_VALUE), words(32768));
            case NO_WORDS -> send(id, new Reply.RegionCreated(0));
            case SHORT_WORDS -> send(id, new Reply.RegionCreated(0), words(8));
            case UNKNOWN_ERROR_CODE -> send(id, new Reply.Failed(Integer.MIN_VALUE, "", ""));
            default -> answerWell(id, request);
        }
    }

    /** Makes the region, and lies then. */
    private void answerWell(long id, Request request) throws IOException {
        if (request instanceof Request.CreateRegion create) {
            base = create.baseAddress();
            send(id, new Reply.RegionCreated(0), words(create.sizeBytes() / 512));
            if (deceit == Deceit.ZAPS_EVERYTHING) {
                zap();
            }
        } else if (deceit == Deceit.GARBAGE_LATER) {
            garbage();
        } else if (deceit == Deceit.CLOSES_LATER) {
            Runtime.getRuntime().halt(0);
        } else if (deceit == Deceit.ENDLESS_FAILURES && request instanceof Request.Failures) {
            FailureEntry entry = new FailureEntry(-8192, 0, "\0", -5, "", Long.MAX_VALUE / 2_000_000);
            send(id, new Reply.FailureList(new ArrayList<>(Collections.nCopies(50, entry))));
        } else {
            send(id, new Reply.Done(Long.MIN_VALUE));
        }
    }

    /** From inside the region to the end of the address space, and other ranges that are not the region's. */
    private void zap() throws IOException {
        long[] starts = {base + 4096, base, 0, base - 4096, base + 4096, -4096};
        long[] lengths = {HUGE, HUGE, HUGE, 1 << 20, -4096, 8192};
        long length = AgentCodec.encode(0, new AgentMessage.Zap(1, starts, lengths), BUFFER);
        UnixSocket.send(agent, BUFFER.address(), length, new int[0], 0, 0);
    }

    private int counters(long bytes) {
        int fd = (int) Memfd.createFixed("remap-counters", bytes);
        if (deceit == Deceit.RANDOM_COUNTERS || deceit == Deceit.COUNTERS_OF_ONES) {
            byte[] random = new byte[(int) bytes];
            Arrays.fill(random, (byte) -1);
            if (deceit == Deceit.RANDOM_COUNTERS) {
                new Random(4).nextBytes(random);
            }
            MemorySegment all = Arena.ofAuto().allocate(bytes, Long.BYTES);
            MemorySegment.copy(random, 0, all, ValueLayout.JAVA_BYTE, 0, random.length);
            FileIo.pwrite(fd, all.address(), bytes, 0);
        }
        return fd;
    }

    private static int words(long bytes) {
        return (int) Memfd.createFixed("remap-words", (bytes + 4095) & -4096L);
    }

    private static boolean created(Request request) {
        return request instanceof Request.CreateRegion;
    }

    private void garbage() {
        byte[] random = new byte[999];
        new Random(requests).nextBytes(random);
        MemorySegment.copy(random, 0, BUFFER, ValueLayout.JAVA_BYTE, 0, random.length);
        UnixSocket.send(socket, BUFFER.address(), random.length, new int[0], 0, 0);
    }

    private void send(long id, Reply reply, int... fds) throws IOException {
        long length = ReplyCodec.encode(id, reply, BUFFER);
        UnixSocket.send(socket, BUFFER.address(), length, fds, fds.length, 0);
        for (int fd : fds) {
            FileIo.close(fd);
        }
    }
}
