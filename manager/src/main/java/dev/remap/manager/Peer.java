// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.fault.FaultAgents;
import dev.remap.core.fault.FaultHandler;
import dev.remap.core.migrate.CommandException;
import dev.remap.core.migrate.Promoter;
import dev.remap.core.migrate.ResidentMapper;
import dev.remap.core.page.Mapper;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.SharedMm;
import dev.remap.linux.Errno;
import dev.remap.linux.EventFd;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.linux.Pidfd;
import dev.remap.linux.PollSet;
import dev.remap.linux.UnixSocket;
import dev.remap.wire.Connection;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.Keepsakes;
import dev.remap.wire.KeptLayout;
import dev.remap.wire.Protocol;
import dev.remap.wire.Received;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One of the applications that share a region: its connection, its mapping, and the threads that answer its faults. A thread of its own
 * greets it, reads its requests, and takes leave of it.
 *
 * <p>Of what belongs to the region only its reclaim agent changes anything.
 */
final class Peer implements Runnable {
    private static final System.Logger LOG = System.getLogger(Peer.class.getName());
    private static final int HELLO_FDS = 4;
    private static final int HELLO_MS = 20_000;
    private static final int RING_MS = 10_000;
    private static final int JOIN_MS = 10_000;
    private static final int SOCKET = 0;
    private static final int PROCESS = 1;
    private static final long NOT_MAPPED = 0;
    private static final long ADDRESS_SPACE = 1L << 48;

    private final SharedSession session;
    private final int number;
    private final int socket;
    private final boolean writable;
    private final Connection<Reply, Request> connection;
    private final PeerPins pins = new PeerPins();
    private final boolean resuming;
    private @Nullable Inheritance given;
    private @Nullable PeerRequests requests;
    private volatile long baseAddress = NOT_MAPPED;
    private volatile @Nullable Mapper mapper;
    private volatile @Nullable FaultAgents faults;
    private final List<Thread> faultThreads = new ArrayList<>();
    private int stop = -1;
    private long byeId;

    /** One that has joined, and says Hello next. Takes the socket over. */
    Peer(SharedSession session, int number, int socket, boolean writable) {
        this(session, number, socket, writable, false);
    }

    private Peer(SharedSession session, int number, int socket, boolean writable, boolean resuming) {
        this.session = session;
        this.number = number;
        this.socket = socket;
        this.writable = writable;
        this.resuming = resuming;
        connection = Connection.toApplication(socket);
    }

    /** One that a dead manager has served. */
    static Peer inherit(SharedSession session, int number) throws IOException {
        Inheritance given = Inheritance.from(session.keepsakes(), KeptLayout.peer(number));
        Keepsakes.Kept mapping = session.keepsakes().get(KeptLayout.mapping(number));
        ByteBuffer place = ByteBuffer.wrap(mapping == null ? new byte[2 * Long.BYTES] : mapping.value());
        long base = place.getLong();
        Peer peer = new Peer(session, number, given.control(), place.getLong() != 0, true);
        peer.given = given;
        peer.place(base, given);
        peer.prepareRequests(given);
        return peer;
    }

    int number() {
        return number;
    }

    boolean isWritable() {
        return writable;
    }

    PeerPins pins() {
        return pins;
    }

    /** Starts the thread that greets and serves it. */
    void start() {
        ApplicationSession.thread("remap-peer-" + number, this).start();
    }

    /** After a takeover: asks for its pins, and for what was not answered. */
    void resume(long takeovers) {
        try {
            connection.send(
                    0, new Reply.TakenOver(takeovers, ProcessHandle.current().pid()));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "an application has ended in the same moment as its manager", e);
        }
        start();
    }

    @Override
    public void run() {
        try {
            if (given != null || greet()) {
                serve();
            }
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "an application cannot be understood and is left: " + e.getMessage(),
                    e);
        }
        leave();
    }

    /** Waits for Hello, and answers it; false if nothing comes of it. */
    private boolean greet() throws IOException {
        Received<Request> first = UnixSocket.awaitReadable(socket, HELLO_MS) > 0 ? connection.receive() : null;
        if (first == null) {
            return false;
        }
        if (!(first.message() instanceof Request.Hello hello)
                || hello.version() != Protocol.VERSION
                || first.fds().length != HELLO_FDS) {
            IntStream.of(first.fds()).forEach(FileIo::close);
            connection.send(
                    first.requestId(),
                    new Reply.Failed(
                            ErrorCode.INCOMPATIBLE.number(),
                            "the application says " + first.message() + ", this manager speaks version "
                                    + Protocol.VERSION,
                            "Use the same release of both."));
            return false;
        }
        int[] fds = first.fds();
        long pidfd = Pidfd.open(UnixSocket.peerCredentials(socket).pid());
        if (pidfd < 0) {
            IntStream.of(fds).forEach(FileIo::close);
            throw new IOException("pidfd_open of the application: " + Errno.name(pidfd));
        }
        Inheritance made =
                new Inheritance(hello, socket, fds[1], fds[0], fds[2], session.countersFd(), (int) pidfd, fds[3]);
        given = made;
        made.keep(session.keepsakes(), KeptLayout.peer(number));
        keepMapping();
        prepareRequests(made);
        int readOnly = (int) Memfd.reopenReadOnly(session.countersFd());
        connection.send(
                first.requestId(),
                new Reply.Welcome(Protocol.VERSION, ProcessHandle.current().pid()),
                readOnly);
        FileIo.close(readOnly);
        return true;
    }

    private void keepMapping() throws IOException {
        byte[] place = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(baseAddress)
                .putLong(writable ? 1 : 0)
                .array();
        session.keepsakes().keep(KeptLayout.mapping(number), place);
    }

    private void prepareRequests(Inheritance made) throws IOException {
        Resumption resumption = resuming
                ? new Resumption(
                        session.regions(),
                        session.budget(),
                        new SharedMm(session.mappers()),
                        () -> session.counters().get(ValueLayout.JAVA_LONG, CountersLayout.TAKEOVERS),
                        pins)
                : null;
        RequestDispatcher dispatcher = new RequestDispatcher(
                connection,
                session.regions(),
                session.reclaim(),
                session.commands(),
                session.region().factory(),
                session::awaitFaults,
                TransferBuffer.map(Inheritance.duplicate(made.transfer())),
                session.keepsakes(),
                session.budget(),
                session.devices(),
                session.broker(),
                resumption);
        dispatcher.serveFor(number, pins);
        requests = new PeerRequests(this, session, dispatcher);
    }

    /** Carries requests out until the application has said goodbye, or has ended. */
    private void serve() throws IOException {
        Inheritance with = given;
        PeerRequests to = requests;
        if (with == null || to == null) {
            return;
        }
        PollSet events = new PollSet(socket, with.pidfd());
        boolean resumed = !resuming;
        while (true) {
            events.await(-1);
            if (events.readable(PROCESS)) {
                return;
            }
            Received<Request> received = events.readable(SOCKET) || events.hangup(SOCKET) ? connection.receive() : null;
            if (received == null) {
                return;
            }
            if (received.message() instanceof Request.Bye) {
                byeId = received.requestId();
                return;
            }
            to.dispatch(received);
            if (!resumed && !to.isResuming()) {
                resumed = true;
                session.resumed();
            }
        }
    }

    /** It is gone, or will be: nothing of it may be used any more when this is done. */
    private void leave() {
        PeerRequests to = requests;
        if (resuming && to != null && to.isResuming()) {
            session.resumed();
        }
        session.region()
                .unmapped(
                        this,
                        () -> ApplicationSession.thread("remap-leave-" + number, this::end)
                                .start());
    }

    private void end() {
        PeerRequests to = requests;
        if (to != null) {
            to.close();
        }
        sayGoodbye();
        connection.close();
        Inheritance with = given;
        if (with != null) {
            awaitRing(with.liveness());
            session.keepsakes().drop(KeptLayout.peer(number));
            for (int fd : new int[] {with.agent(), with.transfer(), with.pidfd(), with.liveness()}) {
                FileIo.close(fd);
            }
            if (joinFaultThreads()) {
                FileIo.close(with.uffd());
                FileIo.close(stop);
            }
        }
        session.left(this);
    }

    private void sayGoodbye() {
        try {
            if (byeId != 0) {
                boolean _ = connection.trySend(byeId, new Reply.Done(0));
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "an application did not wait for its answer", e);
        }
    }

    /** False if one does not end, which an application can bring about that makes its userfaultfd one that blocks. */
    private boolean joinFaultThreads() {
        boolean all = true;
        try {
            for (Thread thread : faultThreads) {
                all &= thread.join(Duration.ofMillis(JOIN_MS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return all;
    }

    /**
     * The kernel may still have requests of its dead man's switch under way, which cut the region to nothing, for all, when the last
     * manager closes the pipe. So that one is closed only after nobody reads from it any more.
     */
    private static void awaitRing(int pipe) {
        PollSet poll = new PollSet(pipe);
        long startNs = System.nanoTime();
        while (!poll.hangup(0) && (System.nanoTime() - startNs) / 1_000_000 < RING_MS) {
            poll.await(RING_MS);
        }
    }

    // What follows is for the reclaim agent, or for a takeover, before it runs.

    boolean isMappedAt(long address) {
        return mapper != null && baseAddress == address;
    }

    /** Refuses an address that cannot be, or a second one. */
    void requirePlace(long address, long sizeBytes) throws CommandException {
        if (mapper != null
                || address <= 0
                || address % PagedRegion.PAGE_SIZE != 0
                || sizeBytes > ADDRESS_SPACE
                || address > ADDRESS_SPACE - sizeBytes) {
            throw new CommandException(
                    ErrorCode.INVALID,
                    "address 0x" + Long.toHexString(address) + " for the shared region"
                            + (mapper == null ? "" : ", which this application has mapped elsewhere"),
                    "");
        }
    }

    /** From now on faults of the application are answered, and its mapping is looked after. */
    void map(long address) throws IOException {
        Inheritance with = given;
        if (with == null) {
            throw new IllegalStateException("peer " + number + " maps a region and has said no Hello");
        }
        pins.begin();
        place(address, with);
        keepMapping();
        serveFaults();
    }

    private void place(long address, Inheritance with) throws IOException {
        if (address == NOT_MAPPED) {
            return;
        }
        long eventFd = EventFd.create();
        if (eventFd < 0) {
            throw new IOException("eventfd: " + Errno.name(eventFd));
        }
        stop = (int) eventFd;
        FileIo.setNonBlocking(with.uffd(), true);
        Mapper made = new Mapper(number, with.uffd(), address, writable);
        baseAddress = address;
        mapper = made;
        faults = new FaultAgents(
                with.uffd(), Pidfd.pid(with.pidfd()), stop, made.shift(), session.counters(), streams -> {
                    SharedMm mm = new SharedMm(session.mappers());
                    mm.turnTo(number);
                    return new FaultHandler(
                            session.regions(),
                            mm,
                            new Promoter(mm, session.budget(), session.events(), session.failures(), true),
                            new ResidentMapper(mm, session.budget(), session.events(), session.failures()),
                            session.failures(),
                            session.deferred(),
                            session.reclaim(),
                            streams);
                });
        session.mappers().add(made);
        session.zapper().add(made, requestsOfAgent(with));
    }

    private static ApplicationAgent requestsOfAgent(Inheritance with) throws IOException {
        ApplicationAgent agent = new ApplicationAgent(Connection.agentChannel(Inheritance.duplicate(with.agent())));
        Thread.ofPlatform().daemon().name("remap-agent").start(agent);
        return agent;
    }

    /** Starts the threads that answer faults. */
    void serveFaults() {
        FaultAgents agents = faults;
        if (agents != null) {
            for (Runnable agent : agents.agents()) {
                Thread thread = ApplicationSession.thread("remap-fault-" + number, agent);
                faultThreads.add(thread);
                thread.start();
            }
        }
    }

    void passTurns(long nowNs) {
        FaultAgents agents = faults;
        if (agents != null) {
            agents.passTurns(nowNs);
        }
    }

    void awaitFaults() {
        FaultAgents agents = faults;
        if (agents != null) {
            agents.awaitQuiescent();
        }
    }

    /** Its mapping is gone, and what it has pinned is pinned no more. */
    void unmap() {
        Mapper gone = mapper;
        if (gone == null) {
            return;
        }
        EventFd.signal(stop);
        session.zapper().remove(gone);
        session.mappers().remove(gone);
        releasePins();
        mapper = null;
        baseAddress = NOT_MAPPED;
        try {
            keepMapping();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "an application's end cannot be kept; a successor sees it itself", e);
        }
    }

    private void releasePins() {
        pins.end((first, pages) -> {
            session.budget().unpin(pages);
            PagedRegion region = session.regions().all()[0];
            for (long page = first; page < first + pages; page++) {
                if (region.unpin(page)) {
                    region.counters().add(CountersLayout.REGION_PINNED_PAGES, -1);
                }
            }
        });
    }
}
