// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.fault.Deadlines;
import dev.remap.core.fault.DeferredFaults;
import dev.remap.core.fault.FaultAgents;
import dev.remap.core.fault.FaultHandler;
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
import dev.remap.wire.ErrorCode;
import dev.remap.wire.Protocol;
import dev.remap.wire.Received;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One application's service: its parts put together, and its threads started. Lives as long as the application. */
final class ApplicationSession {
    private static final System.Logger LOG = System.getLogger(ApplicationSession.class.getName());
    private static final int HELLO_FDS = 3;
    private static final int EXIT_AGENT_DIED = 71;

    private final Connection<Reply, Request> connection;
    private final RequestDispatcher dispatcher;

    private ApplicationSession(Connection<Reply, Request> connection, RequestDispatcher dispatcher) {
        this.connection = connection;
        this.dispatcher = dispatcher;
    }

    /** Takes over the connection and the descriptors that came with Hello, starts the threads and answers; null if it refused. */
    static @Nullable ApplicationSession start(
            Connection<Reply, Request> connection, int pid, Request.Hello hello, Received<Request> received)
            throws IOException {
        long id = received.requestId();
        if (hello.version() != Protocol.VERSION) {
            String what = "the application speaks protocol " + hello.version() + ", this manager " + Protocol.VERSION;
            connection.send(
                    id, new Reply.Failed(ErrorCode.INCOMPATIBLE.number(), what, "Use the same release of both."));
            return null;
        }
        if (received.fds().length != HELLO_FDS) {
            throw new IOException("Hello came with " + received.fds().length + " descriptors instead of " + HELLO_FDS);
        }
        long limitPages = hello.dramBudgetBytes() / PagedRegion.PAGE_SIZE;
        if (limitPages < DramBudget.MIN_LIMIT_PAGES) {
            String what = DramBudget.arithmetic(limitPages);
            connection.send(id, new Reply.Failed(ErrorCode.INVALID.number(), what, "Raise RemapConfig.dramBytes."));
            return null;
        }
        return assemble(connection, pid, hello, received);
    }

    private static ApplicationSession assemble(
            Connection<Reply, Request> connection, int pid, Request.Hello hello, Received<Request> received)
            throws IOException {
        int uffd = received.fds()[0];
        long pidfd = Pidfd.open(pid);
        if (pidfd < 0) {
            throw new IOException("pidfd_open of the application: " + Errno.name(pidfd));
        }
        start("remap-watch", () -> awaitEnd((int) pidfd));
        outliveSignals((int) pidfd);
        SharedCounters counters = SharedCounters.create(pid);
        RegionTable regions = new RegionTable();
        DramBudget budget = new DramBudget(counters.memory(), hello.dramBudgetBytes() / PagedRegion.PAGE_SIZE);
        PageEvents events = new PageEvents();
        DeferredFaults deferred = new DeferredFaults();
        FailureAction failures = new FailureAction(() -> Pidfd.sendSignal((int) pidfd, Pidfd.SIGABRT));
        ApplicationAgent agent = new ApplicationAgent(Connection.agentChannel(received.fds()[1]));
        start("remap-agent", agent);
        ReclaimAgent reclaim = new ReclaimAgent(new ReclaimAgent.Parts(
                regions,
                budget,
                events,
                counters.memory(),
                new UserfaultfdMm(uffd),
                deferred,
                failures,
                unmapper((int) pidfd, agent),
                agent));
        start("remap-reclaim", reclaim);
        FaultAgents faults = new FaultAgents(uffd, counters.memory(), streams -> {
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
        List<Thread> faultThreads = new ArrayList<>();
        for (Runnable fault : faults.agents()) {
            faultThreads.add(start("remap-fault-" + faultThreads.size(), fault));
        }
        start("remap-deadline", new Deadlines(failures, faults, new UserfaultfdMm(uffd)));
        start("remap-keeper", new Housekeeper(counters.memory(), faultThreads, hello.holdCpuLatency()));
        CommandAgents commands = new CommandAgents(uffd, budget, events, reclaim, failures);
        RequestDispatcher dispatcher = new RequestDispatcher(
                connection,
                regions,
                reclaim,
                commands,
                factory(hello, counters, regions, budget),
                faults,
                TransferBuffer.map(received.fds()[2]));
        welcome(connection, received.requestId(), counters);
        return new ApplicationSession(connection, dispatcher);
    }

    private static RegionFactory factory(
            Request.Hello hello, SharedCounters counters, RegionTable regions, DramBudget budget) {
        SpillAccount spill = new SpillAccount(hello.spillMaxBytes());
        return new RegionFactory(counters, regions, budget, Path.of(hello.spillDirectory()), spill);
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
    void serve() throws IOException {
        Received<Request> received = connection.receive();
        while (received != null && !(received.message() instanceof Request.Bye)) {
            dispatcher.dispatch(received);
            received = connection.receive();
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

    private static Thread start(String name, Runnable agent) {
        Thread thread = new Thread(agent, name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((which, cause) -> {
            LOG.log(System.Logger.Level.ERROR, which.getName() + " failed; the manager ends", cause);
            ScratchDirectory.remove();
            Runtime.getRuntime().halt(EXIT_AGENT_DIED);
        });
        thread.start();
        return thread;
    }
}
