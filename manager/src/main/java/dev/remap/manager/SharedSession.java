// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.fault.Deadlines;
import dev.remap.core.fault.DeferredFaults;
import dev.remap.core.hmm.Hmm;
import dev.remap.core.memremap.Memmap;
import dev.remap.core.migrate.CommandException;
import dev.remap.core.migrate.FailureAction;
import dev.remap.core.page.DramBudget;
import dev.remap.core.page.Mappers;
import dev.remap.core.page.PageEvents;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.RegionTable;
import dev.remap.core.page.SharedMm;
import dev.remap.core.reclaim.AgentUnmapper;
import dev.remap.core.reclaim.ReclaimAgent;
import dev.remap.core.reclaim.SharedZapper;
import dev.remap.wire.ClaimCode;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.Keepsakes;
import dev.remap.wire.KeptLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The service of a region that several applications share: its parts put together, and its threads started. It has no application of its
 * own: each that joins is a {@link Peer}, and may end at any time without another noticing. Ends when none is left and the broker has no
 * other on its way.
 */
final class SharedSession implements Session, Session.Prepared {
    private static final System.Logger LOG = System.getLogger(SharedSession.class.getName());
    private static final long NS_PER_MS = 1_000_000;
    private static final long AGAIN_MS = 1000;
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

    private final Keepsakes keepsakes;
    private final MemorySegment counters;
    private final int countersFd;
    private final BrokerLink broker;
    private final Mappers mappers = new Mappers();
    private final SharedZapper zapper = new SharedZapper();
    private final RegionTable regions = new RegionTable();
    private final PageEvents events = new PageEvents();
    private final DeferredFaults deferred = new DeferredFaults();
    private final FailureAction failures = new FailureAction(new Nobody());
    private final DramBudget budget;
    private final ReclaimAgent reclaim;
    private final CommandAgents commands;
    private final Devices devices;
    private final OperatorDesk desk;
    private final SharedRegion region;
    private final @Nullable StandbyLink standby;
    private final List<Peer> peers = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private int lastNumber = -1;
    private long received;
    private int resuming;

    /** A shared region's failures end no process: which one should it be? */
    private static final class Nobody implements FailureAction.Abort {
        @Override
        public boolean isPermitted() {
            return false;
        }

        @Override
        public void run() {
            throw new IllegalStateException("no application of a shared region is ended for the others");
        }
    }

    private SharedSession(Keepsakes keepsakes, int countersFd, MemorySegment counters, boolean afterTakeover)
            throws IOException {
        this.keepsakes = keepsakes;
        this.countersFd = countersFd;
        this.counters = counters;
        broker = Objects.requireNonNull(BrokerLink.from(keepsakes), "only a broker has regions shared");
        budget = afterTakeover
                ? DramBudget.of(counters)
                : new DramBudget(counters, broker.terms().dramBytes() / PagedRegion.PAGE_SIZE);
        reclaim = new ReclaimAgent(new ReclaimAgent.Parts(
                regions,
                budget,
                events,
                counters,
                new SharedMm(mappers),
                deferred,
                failures,
                new AgentUnmapper(zapper),
                zapper));
        commands = new CommandAgents(() -> new SharedMm(mappers), budget, events, reclaim, failures);
        Memmap memmap = new Memmap(regions);
        devices = new Devices(
                memmap,
                new Hmm(new Hmm.Parts(
                        regions,
                        memmap,
                        budget,
                        events,
                        reclaim,
                        failures,
                        () -> new SharedMm(mappers),
                        reclaim::execute)),
                keepsakes,
                Devices.taintsIn(counters));
        desk = new OperatorDesk(devices.drivers(), new TraceDesk(regions, counters));
        RegionFactory factory = new RegionFactory(
                counters,
                regions,
                budget,
                Path.of(broker.terms().spillDirectory()),
                new SpillAccount(broker.terms().spillMaxBytes()),
                keepsakes,
                Limits.of(broker.terms()),
                new Nobody(),
                devices);
        region = new SharedRegion(this, factory, new RegionClaims(regions, reclaim, factory, broker));
        standby = broker.terms().standby() ? new StandbyLink(keepsakes, counters, afterTakeover) : null;
        Runtime.getRuntime().addShutdownHook(new Thread(this::awaitEnd, "remap-outlive"));
    }

    /** A session that nobody has joined yet. */
    static SharedSession start(Keepsakes keepsakes) throws IOException {
        SharedCounters made = SharedCounters.create(0);
        keepsakes.keep(KeptLayout.SHARED, new byte[Long.BYTES], made.fd());
        ScratchDirectory.keep(keepsakes);
        SharedSession session = new SharedSession(keepsakes, made.fd(), made.memory(), false);
        session.devices.drivers().loadConfigured();
        session.devices.start();
        session.startReclaim();
        session.startBrokerLink();
        session.startKeeping();
        return session;
    }

    /** Puts a session together from what is kept, as far as that can be done before the manager's death. */
    static SharedSession prepare(Keepsakes keepsakes) throws IOException {
        Keepsakes.Kept kept = keepsakes.get(KeptLayout.SHARED);
        if (kept == null || kept.fds().length != 1) {
            throw new IOException("the manager died before it had told what it serves");
        }
        int fd = Inheritance.duplicate(kept.fds()[0]);
        return new SharedSession(keepsakes, fd, SharedCounters.map(fd), true);
    }

    @Override
    public long heartbeatNs() {
        return (long) LONG.getVolatile(counters, CountersLayout.HEARTBEAT_NS);
    }

    @Override
    public Session takeOver(long diedNs) throws IOException {
        Takeover takeover = new Takeover(region.factory(), regions, reclaim);
        long tookNs;
        try (Urgency urgency = Urgency.begin()) {
            LOG.log(System.Logger.Level.DEBUG, "a takeover begins, {0}", urgency);
            SharedCounters.takeOver(counters);
            budget.clear();
            devices.drivers().loadConfigured();
            devices.drivers().loadKept();
            devices.rebind();
            startReclaim();
            inheritPeers();
            takeover.adoptRegions();
            devices.table().adopted();
            region.inherit();
            for (Peer peer : peers()) {
                peer.serveFaults();
            }
            startBrokerLink();
            takeover.wake(new SharedMm(mappers));
            tookNs = System.nanoTime() - diedNs;
        }
        startKeeping();
        counters.set(ValueLayout.JAVA_LONG, CountersLayout.LAST_TAKEOVER_NS, tookNs);
        for (Peer peer : peers()) {
            peer.resume(counters.get(ValueLayout.JAVA_LONG, CountersLayout.TAKEOVERS));
        }
        takeover.loadUnsettled(commands);
        ScratchDirectory.removeKept(keepsakes);
        ScratchDirectory.keep(keepsakes);
        LOG.log(
                System.Logger.Level.WARNING,
                "the manager has died; process {0} has taken over {1} of {2} applications in {3} ms",
                Long.toString(ProcessHandle.current().pid()),
                broker.terms().region(),
                peers().size(),
                tookNs / NS_PER_MS);
        endIfAlone();
        return this;
    }

    private void inheritPeers() throws IOException {
        Keepsakes.Kept kept = keepsakes.get(KeptLayout.SHARED);
        received = kept == null ? 0 : ByteBuffer.wrap(kept.value()).getLong();
        for (String key : keepsakes.keysUnder(KeptLayout.PEERS)) {
            int number = KeptLayout.peerOf(key);
            if (number >= 0) {
                lastNumber = Math.max(lastNumber, number);
                add(Peer.inherit(this, number));
            }
        }
        resuming = peers().size();
    }

    private void startReclaim() {
        ApplicationSession.thread("remap-reclaim", reclaim).start();
    }

    private void startBrokerLink() {
        broker.onFarewell(this::makeWay);
        broker.onPeer(this::admit);
        ApplicationSession.thread("remap-broker", broker).start();
        keepsakes.attach(broker);
    }

    private void startKeeping() {
        desk.listen();
        ApplicationSession.thread("remap-operator", desk).start();
        ApplicationSession.thread("remap-deadline", new Deadlines(failures, this::passTurns, new SharedMm(mappers)))
                .start();
        ApplicationSession.thread("remap-keeper", new Housekeeper(counters, List.of(), false))
                .start();
        if (standby != null) {
            ApplicationSession.thread("remap-standby", standby).start();
        }
    }

    private void passTurns(long nowNs) {
        for (Peer peer : peers()) {
            peer.passTurns(nowNs);
        }
    }

    private void makeWay() {
        LOG.log(System.Logger.Level.INFO, "another manager takes over");
        if (standby != null) {
            standby.farewell();
        }
        ScratchDirectory.remove();
        Runtime.getRuntime().halt(0);
    }

    /** Another application joins. It is greeted by a thread of its own, which serves it. */
    private void admit(int socket, boolean writable) {
        int number;
        synchronized (this) {
            number = ++lastNumber;
            received++;
        }
        keepReceived();
        Peer peer = new Peer(this, number, socket, writable);
        add(peer);
        peer.start();
    }

    /** Has a successor know how many have come. */
    private void keepReceived() {
        byte[] count = ByteBuffer.allocate(Long.BYTES).putLong(received).array();
        try {
            keepsakes.keep(KeptLayout.SHARED, count, countersFd);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "how many applications have come cannot be kept", e);
        }
    }

    private synchronized void add(Peer peer) {
        peers.add(peer);
    }

    /** A peer has ended, and has nothing of the region any more. */
    void left(Peer peer) {
        synchronized (this) {
            peers.remove(peer);
        }
        endIfAlone();
    }

    /** A peer has told its pins after a takeover, or never will. The last one ends the time in which those of the dead manager count. */
    void resumed() {
        synchronized (this) {
            if (resuming == 0 || --resuming > 0) {
                return;
            }
        }
        reclaim.execute(region::settlePins);
    }

    /** Asks the broker, which may have sent another application that is still on its way. */
    private void endIfAlone() {
        long taken;
        synchronized (this) {
            if (!peers.isEmpty()) {
                return;
            }
            taken = received;
        }
        try {
            broker.claim(ClaimCode.LEAVE, broker.terms().region(), Long.toString(taken));
        } catch (CommandException e) {
            LOG.log(System.Logger.Level.DEBUG, "the broker has another application, or has ended", e);
            if (!broker.isLost()) {
                Thread.ofPlatform().daemon().name("remap-alone").start(this::endIfStillAlone);
                return;
            }
        }
        ended.countDown();
    }

    private void endIfStillAlone() {
        try {
            Thread.sleep(AGAIN_MS);
            endIfAlone();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitEnd() {
        boolean interrupted = false;
        while (ended.getCount() > 0) {
            try {
                ended.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void serve() {
        awaitEnd();
        if (standby != null) {
            standby.farewell();
        }
        broker.farewell();
    }

    synchronized List<Peer> peers() {
        return List.copyOf(peers);
    }

    /** Waits until no fault thread uses a region that has left the table. */
    void awaitFaults() {
        for (Peer peer : peers()) {
            peer.awaitFaults();
        }
    }

    Keepsakes keepsakes() {
        return keepsakes;
    }

    MemorySegment counters() {
        return counters;
    }

    int countersFd() {
        return countersFd;
    }

    BrokerLink broker() {
        return broker;
    }

    Mappers mappers() {
        return mappers;
    }

    SharedZapper zapper() {
        return zapper;
    }

    RegionTable regions() {
        return regions;
    }

    PageEvents events() {
        return events;
    }

    DeferredFaults deferred() {
        return deferred;
    }

    FailureAction failures() {
        return failures;
    }

    DramBudget budget() {
        return budget;
    }

    ReclaimAgent reclaim() {
        return reclaim;
    }

    CommandAgents commands() {
        return commands;
    }

    /** Those that every manager has: no application of several programs a device for the others. */
    Devices devices() {
        return devices;
    }

    SharedRegion region() {
        return region;
    }
}
