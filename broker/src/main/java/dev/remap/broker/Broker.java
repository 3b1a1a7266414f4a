// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.broker;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.PeerCredentials;
import dev.remap.linux.PressureStall;
import dev.remap.linux.UnixSocket;
import dev.remap.linux.Userfaultfd;
import dev.remap.wire.ClaimCode;
import dev.remap.wire.Connection;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.KeeperMessage;
import dev.remap.wire.Keepsakes;
import dev.remap.wire.ManagerJvm;
import dev.remap.wire.Protocol;
import dev.remap.wire.Received;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The broker: who comes, what each gets, what is left. No fault waits for it; managers go on without it.
 *
 * <p>Its lock guards the applications and what is kept. Nothing that may take long happens under it but sending to a manager.
 */
final class Broker implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Broker.class.getName());
    private static final int TICK_MS = 250;
    private static final int STEP_MS = 20;
    private static final int JOIN_MS = 5000;
    private static final int MOST_JOINING = 16;
    private static final long ROOM_NS = 10_000_000_000L;
    private static final long BURIAL_MS = 8_000;
    private static final long MIB = 1 << 20;
    private static final long PAGE = 4096;

    private final BrokerConfig config;
    private final ListeningSocket socket;
    private final int device;
    private final KeptRegions kept;
    private final List<Application> applications = new ArrayList<>();
    private final Semaphore joining = new Semaphore(MOST_JOINING);
    /** By user, how many applications have been promised a manager that does not run yet; and how much DRAM. */
    private final Map<Integer, Integer> starting = new HashMap<>();

    private long promisedBytes;
    private volatile boolean ending;

    private Broker(BrokerConfig config, ListeningSocket socket, int device) {
        this.config = config;
        this.socket = socket;
        this.device = device;
        kept = new KeptRegions(config.keepFor());
    }

    /** A broker whose socket is there. */
    static Broker open(BrokerConfig config) throws IOException {
        boolean othersToo = config.users().keySet().stream()
                .anyMatch(uid -> uid != PeerCredentials.self().uid());
        ListeningSocket socket = ListeningSocket.open(config.socket(), othersToo);
        long device = Userfaultfd.openDevice();
        if (device < 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "/dev/userfaultfd: {0}; applications need a right to userfaultfd of their own",
                    Errno.name(device));
        }
        return new Broker(config, socket, (int) Math.max(device, -1));
    }

    /** Serves until {@link #end}. */
    void run(Service service) throws IOException {
        Thread.ofPlatform().daemon().name("remap-arbiter").start(this::arbitrate);
        service.ready();
        while (!ending) {
            int application = socket.accept(TICK_MS);
            if (application >= 0) {
                admitBesides(application);
            }
            service.alive();
        }
        service.stopping();
    }

    private void admitBesides(int application) {
        if (!joining.tryAcquire()) {
            FileIo.close(application); // it may come again
            return;
        }
        Thread.ofPlatform().daemon().name("remap-join").start(() -> {
            Connection<Reply, Request> connection = Connection.toApplication(application);
            try {
                admit(application, connection);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "an application could not join: " + e.getMessage(), e);
            } finally {
                connection.leave(); // it is its manager's now
                joining.release();
            }
        });
    }

    private void admit(int application, Connection<Reply, Request> connection) throws IOException {
        PeerCredentials peer = UnixSocket.peerCredentials(application);
        Received<Request> received = UnixSocket.awaitReadable(application, JOIN_MS) > 0 ? connection.receive() : null;
        if (received == null) {
            return;
        }
        IntStream.of(received.fds()).forEach(FileIo::close);
        try {
            if (received.message() instanceof Request.Upgrade upgrade) {
                connection.send(received.requestId(), new Reply.Done(upgrade(peer, upgrade)));
                return;
            }
            join(application, connection, peer, received);
        } catch (Refusal e) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "process {0} of user {1} is refused: {2}",
                    text(peer.pid()),
                    text(peer.uid()),
                    e.what());
            connection.send(received.requestId(), new Reply.Failed(e.code().number(), e.what(), e.remedy()));
        } catch (IOException e) {
            connection.send(
                    received.requestId(),
                    new Reply.Failed(ErrorCode.IO.number(), String.valueOf(e.getMessage()), "See the broker's log."));
            throw e;
        }
    }

    /** Answers how many managers have been asked to make way for another. */
    private long upgrade(PeerCredentials peer, Request.Upgrade upgrade) throws Refusal, IOException {
        if (peer.uid() != PeerCredentials.self().uid()) {
            throw new Refusal(
                    ErrorCode.PERMISSION,
                    "user " + peer.uid() + " may not upgrade the managers of user "
                            + PeerCredentials.self().uid(),
                    "Become the broker's user.");
        }
        if (upgrade.version() != Protocol.VERSION) {
            throw new Refusal(
                    ErrorCode.INCOMPATIBLE,
                    "the new program speaks version " + upgrade.version() + ", this broker " + Protocol.VERSION,
                    "Start a new broker at another socket, and the applications anew.");
        }
        String path = upgrade.modulePath();
        List<String> program = (path.isEmpty() ? ManagerJvm.program() : ManagerJvm.program(path))
                .orElseThrow(() -> new Refusal(
                        ErrorCode.NOT_FOUND,
                        "there is no manager in \"" + path + "\"",
                        "Name the folder of a release's jars."));
        List<Application> now;
        synchronized (this) {
            now = List.copyOf(applications);
        }
        for (Application application : now) {
            application.upgrade(program);
        }
        return now.size();
    }

    private void join(
            int application, Connection<Reply, Request> connection, PeerCredentials peer, Received<Request> received)
            throws Refusal, IOException {
        UserLimits limits = config.limits(peer.uid());
        if (limits == null) {
            throw new Refusal(
                    ErrorCode.PERMISSION,
                    "this broker does not admit user " + peer.uid(),
                    "Its administrator can: remap serve --user " + peer.uid() + ".");
        }
        if (peer.pid() <= 0) {
            throw new Refusal(
                    ErrorCode.PERMISSION,
                    "the application's process cannot be seen from here",
                    "Run the broker in the host's pid namespace.");
        }
        Reply answer = switch (received.message()) {
            case Request.Join join
            when join.version() == Protocol.VERSION -> {
                Application made = start(peer.uid(), limits, join.dramBytes(), peer.pid(), "", application);
                yield admitted(made.grantedBytes());
            }
            case Request.JoinRegion join
            when join.version() == Protocol.VERSION -> new SharedJoin(this, peer, join).run(application);
            default ->
                throw new Refusal(
                        ErrorCode.INCOMPATIBLE,
                        "the application says " + received.message() + ", this broker speaks version "
                                + Protocol.VERSION,
                        "Use the same release of both.");
        };
        if (device >= 0 && answer instanceof Reply.Admitted) {
            connection.send(received.requestId(), answer, device);
        } else {
            connection.send(received.requestId(), answer);
        }
    }

    Reply admitted(long granted) {
        return new Reply.Admitted(
                Protocol.VERSION,
                granted,
                granted / MIB + " MiB of the broker's " + config.dramBytes() / MIB + " MiB, to begin with");
    }

    /** What the applications of a user may have, or null if it is not admitted. */
    @Nullable
    UserLimits limits(int uid) {
        return config.limits(uid);
    }

    /**
     * Starts a manager, and sends it what it is to serve.
     *
     * @param pid the application's; 0 of a shared region
     * @param region the shared region, or empty
     * @param fds the application's socket; none for a shared region, whose applications are sent later
     */
    Application start(int uid, UserLimits limits, long wish, int pid, String region, int... fds)
            throws Refusal, IOException {
        long most = Math.min(wish, limits.maxBytes());
        long spillMaxBytes;
        synchronized (this) {
            spillMaxBytes = Math.max(0, config.spillMaxBytes() - kept.usage(uid).diskBytes());
        }
        long granted = reserve(uid, limits, most);
        boolean promiseKept = false;
        try {
            ManagerStart manager = ManagerStart.start();
            KeeperMessage.Serve terms = new KeeperMessage.Serve(
                    pid,
                    granted,
                    config.spillDirectory().toString(),
                    spillMaxBytes,
                    config.standby(),
                    false,
                    limits.regions(),
                    limits.regionBytes(),
                    limits.files(),
                    region);
            Application made = new Application(this, uid, limits, terms, most, manager);
            manager.patientChannel().send(0, terms, fds);
            if (!region.isEmpty()) {
                manager.patientChannel().send(0, new KeeperMessage.Ready());
            }
            synchronized (this) {
                applications.add(made);
                keepPromise(uid, granted);
                promiseKept = true;
                Thread.ofPlatform().daemon().name("remap-link-" + pid).start(made);
            }
            return made;
        } finally {
            if (!promiseKept) {
                keepPromise(uid, granted);
            }
        }
    }

    /** The applications there are. Under the lock. */
    List<Application> applications() {
        return applications;
    }

    /** From now on the application itself is counted, or there will be none. */
    private synchronized void keepPromise(int uid, long granted) {
        promisedBytes -= granted;
        starting.merge(uid, -1, Integer::sum);
    }

    /** Makes room for another application, by taking from others what they are not guaranteed. */
    private long reserve(int uid, UserLimits limits, long most) throws Refusal {
        long least = Math.max(Arbiter.LEAST, Math.min(limits.minBytes(), most));
        long startNs = System.nanoTime();
        synchronized (this) {
            long others = applications.stream()
                            .filter(each -> each.uid() == uid && each.counts())
                            .count()
                    + starting.getOrDefault(uid, 0);
            if (others >= limits.applications()) {
                throw new Refusal(
                        ErrorCode.QUOTA,
                        "user " + uid + " has " + others + " applications here, and may have no more",
                        "End one, or have the administrator raise the limit: remap serve --user " + uid
                                + ":applications=" + (others + 1) + ".");
            }
            if (most < Arbiter.LEAST) {
                throw new Refusal(
                        ErrorCode.INVALID,
                        "a DRAM budget of " + most + " bytes is too small to work with",
                        "Ask for " + Arbiter.LEAST / MIB + " MiB at least (RemapConfig.dramBytes).");
            }
            while (free() < least) {
                if (System.nanoTime() - startNs > ROOM_NS) {
                    throw new Refusal(
                            ErrorCode.QUOTA,
                            "of the broker's " + config.dramBytes() / MIB + " MiB of DRAM " + Math.max(0, free()) / MIB
                                    + " MiB are free, and an application of this user is guaranteed " + least / MIB,
                            kept.usage().dramBytes() > 0
                                    ? "Regions that nobody has open take "
                                            + kept.usage().dramBytes() / MIB
                                            + " MiB: open or remove them. Or raise remap serve --dram."
                                    : "End another application, or raise remap serve --dram.");
                }
                promisedBytes += least;
                divide();
                promisedBytes -= least;
                pause(STEP_MS);
            }
            long granted = Math.min(limits.lessWhatIsLeft(most, kept.usage(uid)), free()) / PAGE * PAGE;
            promisedBytes += granted;
            starting.merge(uid, 1, Integer::sum);
            return granted;
        }
    }

    /** Under the lock, which others may have meanwhile. */
    @SuppressWarnings("WaitNotInLoop") // its callers look again, whyever it returns
    private void pause(long ms) {
        try {
            wait(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long free() {
        long free = config.dramBytes() - kept.usage().dramBytes() - promisedBytes;
        for (Application application : applications) {
            free -= application.occupiedBytes();
        }
        return free;
    }

    private void arbitrate() {
        while (!ending) {
            synchronized (this) {
                kept.expire();
                divide();
                pause(TICK_MS);
            }
        }
    }

    private void divide() {
        applications.forEach(Application::endIfSilent);
        boolean pressed = PressureStall.fullPercent(PressureStall.HOST) > Application.PRESSED_PERCENT;
        List<Arbiter.Demand> demands =
                applications.stream().map(each -> each.demand(pressed)).toList();
        long[] budgets =
                Arbiter.divide(demands, config.dramBytes() - kept.usage().dramBytes() - promisedBytes);
        for (int i = 0; i < budgets.length; i++) {
            if (budgets[i] != demands.get(i).limitBytes()) {
                applications.get(i).budget(budgets[i]);
            }
        }
    }

    /** Answers a manager's claim. On the thread of its application. */
    void claim(Application who, Connection<KeeperMessage, KeeperMessage> channel, long id, KeeperMessage.Claim claim)
            throws IOException {
        KeeperMessage.Claimed answer = new KeeperMessage.Claimed(0, "", "");
        KeptRegion region = null;
        try {
            awaitBurials(who, claim.name());
            synchronized (this) {
                region = answer(who, claim);
            }
            if (region != null) {
                for (Map.Entry<String, Keepsakes.Kept> part : region.parts().entrySet()) {
                    channel.send(
                            id,
                            new KeeperMessage.Keep(
                                    part.getKey(), part.getValue().value()),
                            part.getValue().fds());
                }
            }
        } catch (Refusal e) {
            answer = new KeeperMessage.Claimed(e.code().number(), e.what(), e.remedy());
        } finally {
            if (region != null) {
                region.close();
            }
        }
        channel.send(id, answer);
    }

    private @Nullable KeptRegion answer(Application who, KeeperMessage.Claim claim) throws Refusal, IOException {
        for (Application other : applications) {
            if (other.uid() == who.uid() && other.holds(claim.name()) && claim.code() != ClaimCode.LEAVE) {
                throw new Refusal(
                        ErrorCode.EXISTS,
                        "region " + claim.name() + " is open in " + (other == who ? "this process" : other),
                        "Close it there, or end that process.");
            }
        }
        switch (claim.code()) {
            case ClaimCode.OPEN -> {
                return kept.claim(who, who.uid(), claim.name(), claim.schema());
            }
            case ClaimCode.LEAVE -> {
                if (!who.mayLeave(claim.schema())) {
                    throw new Refusal(ErrorCode.EXISTS, "another application is on its way", "");
                }
            }
            case ClaimCode.REMOVE -> kept.remove(who, who.uid(), claim.name());
            case ClaimCode.CREATE -> {
                who.refuseIfTooMuchIsLeft();
                if (kept.has(who.uid(), claim.name())) {
                    throw new Refusal(
                            ErrorCode.EXISTS,
                            "user " + who.uid() + " has left a region named " + claim.name(),
                            "Open it (Remap.open), or remove it (Remap.remove) first.");
                }
            }
            default -> throw new Refusal(ErrorCode.INVALID, "no claim has code " + claim.code(), "");
        }
        return null;
    }

    /** A process that was just killed may be on its way out: what it had is left in a moment. */
    private void awaitBurials(Application who, String name) {
        boolean _ = await(
                () -> applications.stream()
                        .noneMatch(other ->
                                other != who && other.uid() == who.uid() && other.holds(name) && other.hasEnded(0)),
                BURIAL_MS);
    }

    /** Waits until something that the lock guards is so, for so long at most; answers whether it is. */
    synchronized boolean await(BooleanSupplier condition, long timeoutMs) {
        long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if ((System.nanoTime() - startNs) / 1_000_000 > timeoutMs) {
                return false;
            }
            pause(STEP_MS);
        }
        return true;
    }

    KeptRegions kept() {
        return kept;
    }

    boolean isEnding() {
        return ending;
    }

    /** An application has ended. Under the lock. */
    synchronized void forget(Application application) {
        applications.remove(application);
        notifyAll();
    }

    /** Has {@link #run} return. */
    void end() {
        ending = true;
    }

    /** Gives up what is kept for later; managers go on for as long as their applications do. */
    @Override
    public void close() {
        end();
        socket.close();
        synchronized (this) {
            kept.close();
        }
    }

    private static String text(int number) {
        return Integer.toString(number);
    }
}
