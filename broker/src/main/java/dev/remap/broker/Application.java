// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.broker;

import dev.remap.linux.Cgroup;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Mmap;
import dev.remap.linux.Pidfd;
import dev.remap.linux.PollSet;
import dev.remap.linux.PressureStall;
import dev.remap.linux.UffdPort;
import dev.remap.wire.Connection;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.KeeperMessage;
import dev.remap.wire.Keepsakes;
import dev.remap.wire.KeptLayout;
import dev.remap.wire.LogHistogram;
import dev.remap.wire.ManagerJvm;
import dev.remap.wire.Received;
import dev.remap.wire.Request;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One application and its manager. A thread of its own takes in what the manager tells; when the manager has ended it either starts
 * another, which takes over, or buries the application. Everything but that thread's waiting happens under the broker's lock.
 */
final class Application implements Runnable {
    private static final System.Logger LOG = System.getLogger(Application.class.getName());
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();
    private static final long PAGE = Mmap.PAGE_SIZE;
    private static final int MOST_RESTARTS = 3;
    private static final long RESTARTS_FORGOTTEN_NS = 60_000_000_000L;
    private static final long HELLO_NS = 20_000_000_000L;
    private static final int DYING_MS = 500;
    private static final long SENT_LONG_AGO_NS = 30_000_000_000L;
    private static final int MAKE_WAY_MS = 10_000;
    private static final int RING_MS = 10_000;
    private static final double SMOOTHING = 0.4;

    /** Of the time, all work of a group or of the machine waits for memory. */
    static final double PRESSED_PERCENT = 10;

    private final Broker broker;
    private final int uid;
    private final UserLimits limits;
    private final KeeperMessage.Serve terms;
    private final Keepsakes keepsakes = new Keepsakes();
    private ManagerStart manager;
    private @Nullable ManagerStart successor;
    private boolean successorIsReady;
    private @Nullable MemorySegment counters;
    private long wishBytes;
    private boolean leftOnPurpose;
    private boolean leaving;
    private long sent;
    private long sentNs = System.nanoTime();
    private final long joinedNs = System.nanoTime();
    private int restarts;
    private long restartedNs = System.nanoTime() - RESTARTS_FORGOTTEN_NS - 1;

    private long lookedNs = System.nanoTime();
    private long refaultsBefore;
    private long fetchesBefore;
    private long stalledBefore;
    private double need;

    Application(
            Broker broker,
            int uid,
            UserLimits limits,
            KeeperMessage.Serve terms,
            long wishBytes,
            ManagerStart manager) {
        this.broker = broker;
        this.uid = uid;
        this.limits = limits;
        this.terms = terms;
        this.wishBytes = wishBytes;
        this.manager = manager;
    }

    int uid() {
        return uid;
    }

    @Override
    public String toString() {
        return isShared() ? "shared region " + terms.region() : "process " + terms.pid();
    }

    /** Whether its manager serves a region that several applications share, and none of them in particular. */
    boolean isShared() {
        return !terms.region().isEmpty();
    }

    /** Whether it is the shared region of this name. */
    boolean isRegion(String name) {
        return terms.region().equals(name);
    }

    /** How the shared region was made; null if it is only being made. */
    Request.@Nullable CreateRegion sharedSpec() {
        for (String key : KeptRegion.keys(keepsakes)) {
            return KeptRegion.spec(keepsakes, key);
        }
        return null;
    }

    /** Whether the manager is going, or has gone, so that nobody else can be sent to it. */
    boolean isLeaving() {
        return leaving;
    }

    /** The budget that it began with. */
    long grantedBytes() {
        return terms.dramBytes();
    }

    /** Sends one more application to the manager of a shared region. Under the broker's lock. */
    void send(int socket, boolean writable) throws IOException {
        sent++;
        sentNs = System.nanoTime();
        manager.patientChannel().send(0, new KeeperMessage.Peer(writable), socket);
    }

    /**
     * The manager of a shared region has nobody left, of so many that have come: whether it may end. One that died while it took somebody
     * in has never counted that one.
     */
    boolean mayLeave(String taken) {
        leaving = taken.equals(Long.toString(sent)) || System.nanoTime() - sentNs > SENT_LONG_AGO_NS;
        return leaving;
    }

    /** The keys of all applications that the manager serves. */
    private List<String> sessions() {
        List<String> keys = new ArrayList<>(keepsakes.keysUnder(KeptLayout.PEERS));
        keys.removeIf(key -> KeptLayout.peerOf(key) < 0);
        keys.addAll(keepsakes.keysUnder(KeptLayout.SESSION));
        return keys;
    }

    @Override
    public void run() {
        boolean goesOn = true;
        while (goesOn) {
            listen(manager.channel());
            if (managerLives()) {
                abandon();
                return;
            }
            goesOn = succeed();
        }
        bury();
    }

    /** Whether the manager has only closed the channel: it has given up this broker, as it does when that has not read for long. */
    private boolean managerLives() {
        MemorySegment now = counters;
        long pid = now == null ? manager.process().pid() : get(now, CountersLayout.MANAGER_PID);
        long pidfd = Pidfd.open((int) pid);
        if (pidfd < 0) {
            return false;
        }
        boolean lives = new PollSet((int) pidfd).await(DYING_MS) == 0;
        FileIo.close((int) pidfd);
        return lives;
    }

    /** Leaves a manager that serves on to itself: what is known of it here may not be all, and nobody may serve beside it. */
    private void abandon() {
        LOG.log(
                System.Logger.Level.ERROR,
                "the manager of {0} goes on without this broker; its regions end with it",
                this);
        synchronized (broker) {
            broker.kept().lose(this);
            forget();
        }
        keepsakes.close();
    }

    private void forget() {
        broker.forget(this);
        if (counters != null) {
            Mmap.unmap(counters.address(), CountersLayout.FILE_BYTES);
            counters = null;
        }
    }

    private void listen(Connection<KeeperMessage, KeeperMessage> channel) {
        try {
            for (var received = channel.receive(); received != null; received = channel.receive()) {
                take(channel, received);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the manager of " + this + " cannot be understood any more", e);
        }
        channel.close();
        ManagerJvm.deleteScratch(manager.scratch());
    }

    private void take(Connection<KeeperMessage, KeeperMessage> channel, Received<KeeperMessage> received)
            throws IOException {
        switch (received.message()) {
            case KeeperMessage.Keep keep -> {
                synchronized (broker) {
                    tellSuccessor(keep, received.fds());
                    keepsakes.put(keep.key(), new Keepsakes.Kept(keep.value(), received.fds()));
                    if (counters == null) {
                        counters = countersOf(keep.key(), received.fds());
                    }
                }
            }
            case KeeperMessage.Drop drop -> {
                synchronized (broker) {
                    tellSuccessor(drop);
                    if (KeptLayout.peerOf(drop.key()) >= 0) {
                        forgetSession(drop.key(), 0); // its manager has waited already
                    }
                    keepsakes.drop(drop.key());
                }
            }
            case KeeperMessage.Release release -> {
                synchronized (broker) {
                    tellSuccessor(new KeeperMessage.Drop(release.key()));
                    leave(release.key());
                }
            }
            case KeeperMessage.Claim claim -> broker.claim(this, channel, received.requestId(), claim);
            case KeeperMessage.Wish wish -> {
                synchronized (broker) {
                    wishBytes = wish.dramBytes();
                }
                channel.send(received.requestId(), new KeeperMessage.Claimed(0, "", ""));
            }
            case KeeperMessage.Farewell _ -> leftOnPurpose = true;
            default -> {
                IntStream.of(received.fds()).forEach(FileIo::close);
                LOG.log(System.Logger.Level.DEBUG, "nothing to do for {0}", received.message());
            }
        }
    }

    /**
     * Has a manager of another program go on. It is started, told everything and has rehearsed before the one that serves is asked to make
     * way, so that nothing has happened if it cannot.
     */
    void upgrade(List<String> program) throws IOException {
        ManagerStart next = ManagerStart.start(program);
        boolean ready = false;
        try {
            synchronized (broker) {
                if (successor != null) {
                    throw new IOException("another upgrade is under way");
                }
                successor = next;
                tell(next, true);
            }
            Received<KeeperMessage> answer = next.channel().receive();
            if (answer == null || !(answer.message() instanceof KeeperMessage.Ready)) {
                throw new IOException("the new manager of " + this + " does not understand this broker, or ended: "
                        + "its messages are on the broker's standard error");
            }
            synchronized (broker) {
                if (!next.equals(successor)) {
                    throw new IOException("the manager of " + this
                            + " died meanwhile and was replaced by one of the broker's own release; try again");
                }
                successorIsReady = true;
            }
            ready = true;
        } finally {
            if (!ready) {
                synchronized (broker) {
                    successor = next.equals(successor) ? null : successor;
                }
                next.channel().close();
                next.process().destroyForcibly();
            }
        }
        manager.patientChannel().send(0, new KeeperMessage.Farewell());
        if (!broker.await(() -> !next.equals(successor), MAKE_WAY_MS)) {
            throw new IOException("the manager of " + this + " does not make way; it goes on");
        }
    }

    private void tell(ManagerStart next, boolean alive) throws IOException {
        next.patientChannel().send(0, terms.succeeding(alive));
        for (String key : keepsakes.keys()) {
            Keepsakes.Kept kept = keepsakes.get(key);
            if (kept != null) {
                next.patientChannel().send(0, new KeeperMessage.Keep(key, kept.value()), kept.fds());
            }
        }
    }

    private void tellSuccessor(KeeperMessage message, int... fds) {
        ManagerStart next = successor;
        if (next == null) {
            return;
        }
        try {
            next.patientChannel().send(0, message, fds);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the manager that was to succeed has ended", e);
            successor = null;
        }
    }

    /** The counters, if they come along with what is kept. */
    private static @Nullable MemorySegment countersOf(String key, int[] fds) throws IOException {
        if (key.equals(KeptLayout.SESSION) && fds.length != KeptLayout.SESSION_FDS) {
            throw new IOException("a session with " + fds.length + " descriptors");
        }
        if (key.equals(KeptLayout.SESSION)) {
            return map(fds[KeptLayout.COUNTERS]);
        }
        return key.equals(KeptLayout.SHARED) && fds.length == 1 ? map(fds[0]) : null;
    }

    private static MemorySegment map(int fd) throws IOException {
        int protection = Mmap.PROT_READ | Mmap.PROT_WRITE;
        long address = Mmap.map(0, CountersLayout.FILE_BYTES, protection, Mmap.MAP_SHARED, fd, 0);
        if (address < 0) {
            throw new IOException("mmap of counters: " + Errno.name(address));
        }
        return Mmap.segment(address, CountersLayout.FILE_BYTES);
    }

    /** After the end of the manager, and of its standby if it had one: starts another, if there is anything left to serve. */
    private boolean succeed() {
        if (sessions().isEmpty() || leftOnPurpose || broker.isEnding() || hasEnded(DYING_MS)) {
            return false;
        }
        long nowNs = System.nanoTime();
        restarts = nowNs - restartedNs > RESTARTS_FORGOTTEN_NS ? 0 : restarts + 1;
        restartedNs = nowNs;
        if (restarts >= MOST_RESTARTS) {
            LOG.log(System.Logger.Level.ERROR, "managers of {0} die again and again; its regions are given up", this);
            endFaults();
            return false;
        }
        try {
            ManagerStart prepared = takeSuccessor();
            if (prepared == null) {
                LOG.log(System.Logger.Level.WARNING, "the manager of {0} has died; another takes over", this);
                manager = ManagerStart.start();
                tell(manager, false);
            } else {
                restarts = 0;
                manager = prepared;
            }
            manager.patientChannel().send(0, new KeeperMessage.Ready());
            return true;
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "no other manager can be started for " + this + "; its regions are given up",
                    e);
            endFaults();
            return false;
        }
    }

    private @Nullable ManagerStart takeSuccessor() {
        synchronized (broker) {
            ManagerStart prepared = successorIsReady ? successor : null;
            successor = null;
            successorIsReady = false;
            return prepared;
        }
    }

    /** Whether it counts against its user's limit: it has not ended, as far as is known. */
    boolean counts() {
        return sessions().isEmpty() || !hasEnded(0);
    }

    /** One that joins and never says Hello would hold what it was granted, and nobody could take it back. */
    void endIfSilent() {
        if (counters == null && System.nanoTime() - joinedNs > HELLO_NS) {
            LOG.log(System.Logger.Level.INFO, "{0} has joined and says no more; its manager is ended", this);
            manager.process().destroyForcibly();
        }
    }

    /** Whether the application's process has ended, or does so within the time; of several, all. */
    boolean hasEnded(int timeoutMs) {
        for (String key : sessions()) {
            Keepsakes.Kept session = keepsakes.get(key);
            if (session != null && new PollSet(session.fds()[KeptLayout.APPLICATION]).await(timeoutMs) == 0) {
                return false;
            }
        }
        return true;
    }

    /** Has every touch of its regions end in a bus error, as a dead man's switch of its own would: never in zeros. */
    private void endFaults() {
        synchronized (broker) {
            for (String key : KeptRegion.keys(keepsakes)) {
                Keepsakes.Kept region = keepsakes.get(key);
                Request.CreateRegion spec = KeptRegion.spec(keepsakes, key);
                if (region != null && spec != null) {
                    FileIo.ftruncate(region.fds()[KeptLayout.MEMORY], 0);
                    sessions().forEach(session -> endFaults(session, spec));
                }
            }
            keepsakes.drop(KeptLayout.REGIONS);
            broker.kept().lose(this);
        }
    }

    private void endFaults(String key, Request.CreateRegion spec) {
        Keepsakes.Kept session = keepsakes.get(key);
        Keepsakes.Kept mapping = keepsakes.get(key + KeptLayout.MAPPING);
        if (session == null) {
            return;
        }
        long base = mapping == null
                ? spec.baseAddress()
                : ByteBuffer.wrap(mapping.value()).getLong();
        try (UffdPort port = new UffdPort(session.fds()[KeptLayout.USERFAULTFD])) {
            port.unregister(base, spec.sizeBytes());
        }
    }

    /** A region has been closed, or its application has ended: kept for the next one, if it is to be. */
    private void leave(String key) {
        Request.CreateRegion spec = KeptRegion.spec(keepsakes, key);
        if (spec != null && spec.survives()) {
            broker.kept().leave(uid, KeptRegion.take(keepsakes, key, spec));
        } else {
            keepsakes.drop(key);
        }
    }

    private void bury() {
        synchronized (broker) {
            KeptRegion.keys(keepsakes).forEach(this::leave);
            broker.kept().release(this);
            forget();
        }
        if (hasEnded(0)) {
            sessions().forEach(key -> forgetSession(key, RING_MS));
        }
        keepsakes.close(); // an application that still lives learns from this that no manager is left
        manager.process().destroyForcibly();
    }

    /**
     * The application's kernel may still have requests of its dead man's switch under way, which cut its regions to nothing when the last
     * manager closes a pipe. So that one is closed only after nobody reads from it any more.
     */
    private void forgetSession(String key, int patienceMs) {
        Keepsakes.Kept session = keepsakes.take(key);
        if (session == null) {
            return;
        }
        PollSet pipe = new PollSet(session.fds()[KeptLayout.LIVENESS]);
        long startNs = System.nanoTime();
        pipe.await(0);
        while (!pipe.hangup(0) && (System.nanoTime() - startNs) / 1_000_000 < patienceMs) {
            pipe.await(patienceMs);
        }
        boolean leave = !pipe.hangup(0);
        if (leave) {
            LOG.log(System.Logger.Level.DEBUG, "the pipe of {0} is still open for reading; it is left open", this);
        }
        for (int i = 0; i < session.fds().length; i++) {
            if (i != KeptLayout.LIVENESS || !leave) {
                FileIo.close(session.fds()[i]);
            }
        }
    }

    /** Whether it has a region of this name that survives or is shared. */
    boolean holds(String name) {
        for (String key : KeptRegion.keys(keepsakes)) {
            Request.CreateRegion spec = KeptRegion.spec(keepsakes, key);
            if (spec != null
                    && (spec.survives() || spec.isShared())
                    && spec.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** Regions that nobody has open would otherwise be a way around every limit. */
    void refuseIfTooMuchIsLeft() throws Refusal {
        KeptRegion.Usage left = broker.kept().usage(uid);
        if (!limits.mayLeaveMore(left)) {
            throw new Refusal(
                    ErrorCode.QUOTA,
                    "user " + uid + " has left " + left.regions() + " regions of " + (left.dramBytes() >> 20)
                            + " MiB of DRAM, of " + limits.regions() + " and " + (limits.maxBytes() >> 20)
                            + " MiB at most",
                    "Open and use, or remove, some of them (Remap.open, Remap.remove).");
        }
    }

    /** What it may use, whether it does or not, or still uses although it may not. */
    long occupiedBytes() {
        MemorySegment now = counters;
        return now == null
                ? terms.dramBytes()
                : Math.max(get(now, CountersLayout.BUDGET_PAGES), get(now, CountersLayout.USED_PAGES)) * PAGE;
    }

    private static boolean isPressed(Cgroup.MemoryLimits group) {
        return group.version() == 2
                && PressureStall.fullPercent(Path.of(group.path()).resolve("memory.pressure")) > PRESSED_PERCENT;
    }

    /**
     * What it needs, as of now.
     *
     * @param hostIsPressed whether the machine is short of memory, so that nobody is to have more than it has
     */
    Arbiter.Demand demand(boolean hostIsPressed) {
        MemorySegment now = counters;
        long most = limits.lessWhatIsLeft(wishBytes, broker.kept().usage(uid));
        if (now == null) { // it is only starting
            return new Arbiter.Demand(
                    terms.dramBytes(), terms.dramBytes(), limits.weight(), terms.dramBytes(), 0, 0, 0);
        }
        look(now);
        long used = get(now, CountersLayout.USED_PAGES) * PAGE;
        Cgroup.MemoryLimits group =
                Cgroup.of(isShared() ? (int) ProcessHandle.current().pid() : terms.pid());
        if (group.limited()) {
            most = Math.min(most, Math.max(limits.minBytes(), group.limitBytes() - group.usageBytes() + used));
        }
        if (hostIsPressed || isPressed(group)) {
            most = Math.min(most, get(now, CountersLayout.BUDGET_PAGES) * PAGE); // more would make it worse
        }
        return new Arbiter.Demand(
                limits.minBytes(),
                Math.max(Arbiter.LEAST, most),
                limits.weight(),
                get(now, CountersLayout.BUDGET_PAGES) * PAGE,
                used,
                get(now, CountersLayout.TIER_PAGES) * PAGE,
                need);
    }

    /** Of the time that touches waited since the last look, the share of fetches that more memory would have saved. */
    private void look(MemorySegment now) {
        long nowNs = System.nanoTime();
        long refaults = get(now, CountersLayout.REFAULTS);
        long fetches = LogHistogram.count(
                now.asSlice(CountersLayout.histogram(CountersLayout.FAULT_FETCH), LogHistogram.BYTES));
        long stalled = 0;
        for (String key : KeptRegion.keys(keepsakes)) {
            int region = KeptLayout.regionOf(key);
            stalled += get(now, CountersLayout.region(region) + CountersLayout.REGION_STALLED_NS);
        }
        double share =
                Math.clamp((double) (refaults - refaultsBefore) / Math.max(1, fetches - fetchesBefore), 0.0, 1.0);
        double waited = (double) Math.max(0, stalled - stalledBefore) / Math.max(1, nowNs - lookedNs);
        need += SMOOTHING * (share * waited - need);
        lookedNs = nowNs;
        refaultsBefore = refaults;
        fetchesBefore = fetches;
        stalledBefore = stalled;
    }

    /** Sets its budget. */
    void budget(long bytes) {
        MemorySegment now = counters;
        if (now != null) {
            LONG.setVolatile(now, CountersLayout.BUDGET_PAGES, bytes / PAGE);
        }
    }

    private static long get(MemorySegment counters, long at) {
        return (long) LONG.getVolatile(counters, at);
    }
}
