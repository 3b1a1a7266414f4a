// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.fault.Deadlines;
import dev.remap.core.fault.DeferredFaults;
import dev.remap.core.fault.FaultAgents;
import dev.remap.core.fault.FaultHandler;
import dev.remap.core.hmm.Hmm;
import dev.remap.core.memremap.Memmap;
import dev.remap.core.migrate.FailureAction;
import dev.remap.core.migrate.Promoter;
import dev.remap.core.migrate.ResidentMapper;
import dev.remap.core.page.DramBudget;
import dev.remap.core.page.Mm;
import dev.remap.core.page.PageEvents;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.RegionTable;
import dev.remap.core.page.UserfaultfdMm;
import dev.remap.core.reclaim.AgentUnmapper;
import dev.remap.core.reclaim.PageoutUnmapper;
import dev.remap.core.reclaim.ReclaimAgent;
import dev.remap.core.reclaim.Unmapper;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.linux.Pidfd;
import dev.remap.linux.PollSet;
import dev.remap.wire.Connection;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.Keepsakes;
import dev.remap.wire.Protocol;
import dev.remap.wire.Received;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One application's service: its parts put together, and its threads started. Lives as long as the application. */
final class ApplicationSession implements Session {
    private static final System.Logger LOG = System.getLogger(ApplicationSession.class.getName());
    private static final int HELLO_FDS = 4;
    private static final long NS_PER_MS = 1_000_000;
    private static final int EXIT_AGENT_DIED = 71;
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

    private final Connection<Reply, Request> connection;
    private final RequestDispatcher dispatcher;
    private final @Nullable StandbyLink standby;
    private final @Nullable BrokerLink broker;

    private ApplicationSession(Parts parts) {
        connection = parts.connection;
        dispatcher = parts.dispatcher;
        standby = parts.standby;
        broker = parts.broker;
    }

    /**
     * Waits for an application's Hello and serves it, on its terms.
     *
     * @return null if it has gone, or was refused
     * @throws IOException if it says anything else first, among others
     */
    static @Nullable ApplicationSession greet(int socket, int applicationPid) throws IOException {
        return greet(socket, applicationPid, hello -> hello, null);
    }

    /**
     * The same on a broker's terms.
     *
     * @param served where the broker is kept; null without one
     */
    static @Nullable ApplicationSession greet(
            int socket, int applicationPid, UnaryOperator<Request.Hello> terms, @Nullable Keepsakes served)
            throws IOException {
        Connection<Reply, Request> connection = Connection.toApplication(socket);
        Received<Request> first = connection.receive();
        if (first == null) {
            return null;
        }
        if (!(first.message() instanceof Request.Hello hello)) {
            throw new IOException("the application's first message is not Hello but " + first.message());
        }
        Keepsakes keepsakes = served == null ? (hello.standby() ? new Keepsakes() : Keepsakes.nothing()) : served;
        return start(connection, socket, applicationPid, terms.apply(hello), first, keepsakes);
    }

    /** Takes over the connection and the descriptors that came with Hello, starts the threads and answers; null if it refused. */
    private static @Nullable ApplicationSession start(
            Connection<Reply, Request> connection,
            int socket,
            int pid,
            Request.Hello hello,
            Received<Request> received,
            Keepsakes keepsakes)
            throws IOException {
        long id = received.requestId();
        if (hello.version() != Protocol.VERSION) {
            String what = "the application speaks protocol " + hello.version() + ", this manager " + Protocol.VERSION;
            connection.send(
                    id, new Reply.Failed(ErrorCode.INCOMPATIBLE.number(), what, "Use the same release of both."));
            return null;
        }
        int[] fds = received.fds();
        if (fds.length != HELLO_FDS) {
            throw new IOException("Hello came with " + fds.length + " descriptors instead of " + HELLO_FDS);
        }
        long limitPages = hello.dramBudgetBytes() / PagedRegion.PAGE_SIZE;
        if (limitPages < DramBudget.MIN_LIMIT_PAGES) {
            String what = DramBudget.arithmetic(limitPages);
            connection.send(id, new Reply.Failed(ErrorCode.INVALID.number(), what, "Raise RemapConfig.dramBytes."));
            return null;
        }
        long pidfd = Pidfd.open(pid);
        if (pidfd < 0) {
            throw new IOException("pidfd_open of the application: " + Errno.name(pidfd));
        }
        SharedCounters counters = SharedCounters.create(pid);
        Inheritance given = new Inheritance(hello, socket, fds[1], fds[0], fds[2], counters.fd(), (int) pidfd, fds[3]);
        given.keep(keepsakes);
        ScratchDirectory.keep(keepsakes);
        Parts parts = new Parts(connection, given, counters.memory(), keepsakes, false);
        parts.startBrokerLink();
        parts.devices.drivers().loadConfigured();
        parts.devices.start();
        parts.startReclaim();
        parts.startServing();
        parts.desk.listen();
        welcome(connection, id, counters);
        parts.startKeeping();
        return new ApplicationSession(parts);
    }

    /** Puts a session together from what is kept, so that nothing but its start is left to do when the manager dies. */
    static Session.Prepared prepare(Keepsakes keepsakes) throws IOException {
        Inheritance given = Inheritance.from(keepsakes);
        Connection<Reply, Request> connection = Connection.toApplication(given.control());
        Parts parts = new Parts(connection, given, SharedCounters.map(given.counters()), keepsakes, true);
        parts.reclaimThreads.hold();
        parts.faultThreads.hold();
        return parts;
    }

    /**
     * Serves what a dead manager has served: takes its regions in, answers faults, among them those that it had read and not answered, and
     * asks the application what else there is to do.
     */
    private static ApplicationSession takeOver(Parts parts, long diedNs) throws IOException {
        Takeover takeover = new Takeover(parts.factory, parts.regions, parts.reclaim);
        long tookNs;
        try (Urgency urgency = Urgency.begin()) {
            LOG.log(System.Logger.Level.DEBUG, "a takeover begins, {0}", urgency);
            SharedCounters.takeOver(parts.counters);
            parts.budget.clear();
            parts.devices.drivers().loadConfigured();
            parts.devices.drivers().loadKept();
            parts.devices.rebind();
            parts.startReclaim();
            takeover.adoptRegions();
            parts.devices.table().adopted();
            parts.startServing();
            parts.startBrokerLink();
            takeover.wake(new UserfaultfdMm(parts.given.uffd()));
            tookNs = System.nanoTime() - diedNs;
        }
        parts.desk.listen();
        parts.startKeeping();
        parts.counters.set(ValueLayout.JAVA_LONG, CountersLayout.LAST_TAKEOVER_NS, tookNs);
        long takeovers = parts.counters.get(ValueLayout.JAVA_LONG, CountersLayout.TAKEOVERS);
        parts.connection.send(
                0, new Reply.TakenOver(takeovers, ProcessHandle.current().pid()));
        takeover.loadUnsettled(parts.commands);
        ScratchDirectory.removeKept(parts.keepsakes);
        ScratchDirectory.keep(parts.keepsakes);
        LOG.log(
                System.Logger.Level.WARNING,
                "the manager has died; process {0} has taken over {1} regions in {2} ms",
                Long.toString(ProcessHandle.current().pid()),
                takeover.regions(),
                tookNs / NS_PER_MS);
        return new ApplicationSession(parts);
    }

    /** What a session is made of. Nothing of it does anything before it is started, in the order of the methods. */
    private static final class Parts implements Session.Prepared {
        private final Connection<Reply, Request> connection;
        private final Inheritance given;
        private final MemorySegment counters;
        private final RegionTable regions = new RegionTable();
        private final DramBudget budget;
        private final ReclaimAgent reclaim;
        private final CommandAgents commands;
        private final RegionFactory factory;
        private final Devices devices;
        private final RequestDispatcher dispatcher;
        private final Keepsakes keepsakes;
        private final @Nullable StandbyLink standby;
        private final @Nullable BrokerLink broker;
        private final HeldThreads reclaimThreads = new HeldThreads();
        private final HeldThreads faultThreads = new HeldThreads();
        private final Thread deadlines;
        private final Thread deviceReport;
        private final Thread keeper;
        private final OperatorDesk desk;

        Parts(
                Connection<Reply, Request> connection,
                Inheritance given,
                MemorySegment counters,
                Keepsakes keepsakes,
                boolean afterTakeover)
                throws IOException {
            this.connection = connection;
            this.given = given;
            this.counters = counters;
            this.keepsakes = keepsakes;
            broker = BrokerLink.from(keepsakes);
            int pidfd = given.pidfd();
            int uffd = given.uffd();
            Request.Hello hello = given.hello();
            thread("remap-watch", () -> awaitEnd(pidfd)).start();
            outliveSignals(pidfd);
            budget = afterTakeover
                    ? DramBudget.of(counters)
                    : new DramBudget(counters, hello.dramBudgetBytes() / PagedRegion.PAGE_SIZE);
            PageEvents events = new PageEvents();
            DeferredFaults deferred = new DeferredFaults();
            ApplicationAbort abort = new ApplicationAbort(pidfd);
            FailureAction failures = new FailureAction(abort);
            ApplicationAgent agent = new ApplicationAgent(Connection.agentChannel(given.agent()));
            reclaim = new ReclaimAgent(new ReclaimAgent.Parts(
                    regions,
                    budget,
                    events,
                    counters,
                    new UserfaultfdMm(uffd),
                    deferred,
                    failures,
                    unmapper(pidfd, agent),
                    agent));
            reclaimThreads.add("remap-agent", agent);
            reclaimThreads.add("remap-reclaim", reclaim);
            FaultAgents faults = new FaultAgents(uffd, Pidfd.pid(pidfd), counters, streams -> {
                Mm mm = new UserfaultfdMm(uffd);
                return new FaultHandler(
                        regions,
                        mm,
                        new Promoter(mm, budget, events, failures, true),
                        new ResidentMapper(mm, budget, events, failures),
                        failures,
                        deferred,
                        reclaim,
                        streams);
            });
            for (Runnable fault : faults.agents()) {
                faultThreads.add("remap-fault-" + faultThreads.all().size(), fault);
            }
            deadlines = thread("remap-deadline", new Deadlines(failures, faults::passTurns, new UserfaultfdMm(uffd)));
            keeper = thread("remap-keeper", new Housekeeper(counters, faultThreads.all(), hello.holdCpuLatency()));
            commands = new CommandAgents(() -> new UserfaultfdMm(uffd), budget, events, reclaim, failures);
            Memmap memmap = new Memmap(regions);
            Hmm hmm = new Hmm(new Hmm.Parts(
                    regions,
                    memmap,
                    budget,
                    events,
                    reclaim,
                    failures,
                    () -> new UserfaultfdMm(uffd),
                    reclaim::execute));
            devices = new Devices(memmap, hmm, keepsakes, Devices.taintsIn(counters));
            desk = new OperatorDesk(devices.drivers(), new TraceDesk(regions, counters));
            deviceReport = thread("remap-devices", new DeviceReport(devices.table(), memmap));
            factory = new RegionFactory(
                    counters,
                    regions,
                    budget,
                    Path.of(hello.spillDirectory()),
                    new SpillAccount(hello.spillMaxBytes()),
                    keepsakes,
                    broker == null ? Limits.NONE : Limits.of(broker.terms()),
                    abort,
                    devices);
            dispatcher = new RequestDispatcher(
                    connection,
                    regions,
                    reclaim,
                    commands,
                    factory,
                    faults::awaitQuiescent,
                    TransferBuffer.map(given.transfer()),
                    keepsakes,
                    budget,
                    devices,
                    broker,
                    afterTakeover
                            ? new Resumption(
                                    regions,
                                    budget,
                                    new UserfaultfdMm(uffd),
                                    () -> counters.get(ValueLayout.JAVA_LONG, CountersLayout.TAKEOVERS))
                            : null);
            standby = hello.standby() ? new StandbyLink(keepsakes, counters, afterTakeover) : null;
        }

        @Override
        public Session takeOver(long diedNs) throws IOException {
            return ApplicationSession.takeOver(this, diedNs);
        }

        @Override
        public long heartbeatNs() {
            return (long) LONG.getVolatile(counters, CountersLayout.HEARTBEAT_NS);
        }

        private void startReclaim() {
            reclaimThreads.release();
        }

        private void startServing() {
            faultThreads.release();
        }

        /** The broker is told first, and the standby then: it may have to go on without one. */
        private void startBrokerLink() {
            if (broker != null) {
                broker.onFarewell(this::makeWay);
                thread("remap-broker", broker).start();
                keepsakes.attach(broker);
            }
        }

        /** Another manager is ready to go on: what this one leaves undone it finds as after a death. */
        private void makeWay() {
            LOG.log(System.Logger.Level.INFO, "another manager takes over");
            if (standby != null) {
                standby.farewell();
            }
            ScratchDirectory.remove();
            Runtime.getRuntime().halt(0);
        }

        private void startKeeping() {
            deadlines.start();
            deviceReport.start();
            keeper.start();
            thread("remap-operator", desk).start();
            if (standby != null) {
                thread("remap-standby", standby).start();
            }
        }
    }

    private static void welcome(Connection<Reply, Request> connection, long id, SharedCounters counters)
            throws IOException {
        int readOnly = (int) Memfd.reopenReadOnly(counters.fd());
        connection.send(
                id, new Reply.Welcome(Protocol.VERSION, ProcessHandle.current().pid()), readOnly);
        FileIo.close(readOnly);
    }

    private static Unmapper unmapper(int pidfd, ApplicationAgent agent) {
        boolean fromOutside = PageoutUnmapper.isPossible(pidfd);
        LOG.log(
                System.Logger.Level.DEBUG,
                "inactive pages are unmapped by {0}",
                fromOutside ? "process_madvise(MADV_PAGEOUT)" : "the application's agent thread");
        return fromOutside ? new PageoutUnmapper(pidfd) : new AgentUnmapper(agent);
    }

    /** Serves requests until the application closes the connection. */
    @Override
    public void serve() throws IOException {
        Received<Request> received = connection.receive();
        while (received != null && !(received.message() instanceof Request.Bye)) {
            dispatcher.dispatch(received);
            received = connection.receive();
        }
        if (standby != null) {
            standby.farewell();
        }
        if (broker != null) {
            broker.farewell();
        }
        if (received != null) {
            connection.send(received.requestId(), new Reply.Done(0));
        }
    }

    /**
     * Signals that end a JVM in good order often go to a whole process group, as Ctrl-C's does. If the manager went first, a thread of the
     * application that waits in a fault would keep it from coming to its own end. So the manager goes on serving until it is alone.
     */
    private static void outliveSignals(int pidfd) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> awaitEnd(pidfd), "remap-outlive"));
    }

    /** The application's end is the manager's, even if a child of the application still holds a copy of the socket. */
    private static void awaitEnd(int pidfd) {
        PollSet end = new PollSet(pidfd);
        while (!end.readable(0)) {
            end.await(-1);
        }
        ScratchDirectory.remove();
        Runtime.getRuntime().halt(0);
    }

    /** A thread without which the manager is to end. */
    static Thread thread(String name, Runnable agent) {
        Thread thread = new Thread(agent, name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((which, cause) -> {
            LOG.log(System.Logger.Level.ERROR, which.getName() + " failed; the manager ends", cause);
            ScratchDirectory.remove();
            Runtime.getRuntime().halt(EXIT_AGENT_DIED);
        });
        return thread;
    }
}
