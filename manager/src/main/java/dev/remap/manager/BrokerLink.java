// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.migrate.CommandException;
import dev.remap.linux.FileIo;
import dev.remap.wire.Connection;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.KeeperCodec;
import dev.remap.wire.KeeperMessage;
import dev.remap.wire.Keepsakes;
import dev.remap.wire.PatientChannel;
import dev.remap.wire.Received;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The broker that has started this manager, as the manager sees it. It keeps all that must outlive the manager, and hands out the regions
 * that outlive their applications. Where it has ended the manager goes on serving, and what needs the broker fails. Thread-safe.
 */
final class BrokerLink implements Keepsakes.Copy, Runnable {
    private static final System.Logger LOG = System.getLogger(BrokerLink.class.getName());

    /** The key that the channel itself is kept under, for the standby. */
    private static final String KEY = "broker";

    private static final long PATIENCE_NS = 10_000_000_000L;
    private static final long CLAIM_MS = 30_000;

    private final KeeperMessage.Serve terms;
    private final Connection<KeeperMessage, KeeperMessage> connection;
    private final PatientChannel channel;
    private final AtomicLong lastId = new AtomicLong();
    private final ConcurrentHashMap<Long, Claim> claims = new ConcurrentHashMap<>();
    private Runnable onFarewell = () -> {};
    private Newcomer onPeer = (socket, writable) -> FileIo.close(socket);
    private volatile boolean lost;

    /** A claim that waits for its answer, and what has come of it so far. */
    private static final class Claim {
        private final Map<String, Keepsakes.Kept> kept = new TreeMap<>();
        private final CompletableFuture<KeeperMessage.Claimed> answer = new CompletableFuture<>();

        synchronized void add(String key, Keepsakes.Kept part) {
            kept.put(key, part);
        }

        synchronized void close() {
            kept.values().forEach(Keepsakes.Kept::close);
            kept.clear();
        }

        synchronized Map<String, Keepsakes.Kept> take() {
            Map<String, Keepsakes.Kept> taken = new TreeMap<>(kept);
            kept.clear();
            return taken;
        }
    }

    private BrokerLink(KeeperMessage.Serve terms, Connection<KeeperMessage, KeeperMessage> connection) {
        this.terms = terms;
        this.connection = connection;
        channel = new PatientChannel(connection, PATIENCE_NS);
    }

    /** Has the next manager find the channel. */
    static void keep(Keepsakes keepsakes, KeeperMessage.Serve terms, int socket) throws IOException {
        keepsakes.keep(KEY, KeeperCodec.toBytes(terms), socket);
    }

    /** The link over a duplicate of the channel that is kept; null if this manager has no broker. */
    static @Nullable BrokerLink from(Keepsakes keepsakes) throws IOException {
        Keepsakes.Kept kept = keepsakes.get(KEY);
        if (kept == null) {
            return null;
        }
        if (!(KeeperCodec.fromBytes(kept.value()) instanceof KeeperMessage.Serve terms)) {
            throw new IOException("what is kept of the broker is not its terms");
        }
        int socket = Inheritance.duplicate(kept.fds()[0]);
        return new BrokerLink(terms, Connection.keeperChannel(socket));
    }

    /** What to do when the broker has another manager ready. Before {@link #run}. */
    void onFarewell(Runnable action) {
        onFarewell = action;
    }

    /** Takes the socket of another application that shares the region. */
    interface Newcomer {
        void comes(int socket, boolean writable);
    }

    /** What to do with one. Before {@link #run}. */
    void onPeer(Newcomer action) {
        onPeer = action;
    }

    KeeperMessage.Serve terms() {
        return terms;
    }

    /** Takes the broker's messages in. */
    @Override
    public void run() {
        try {
            for (var received = connection.receive(); received != null; received = connection.receive()) {
                take(received);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the broker's channel has broken", e);
        }
        lose("it has ended");
    }

    private void take(Received<KeeperMessage> received) {
        Claim claim = claims.get(received.requestId());
        if (claim != null && received.message() instanceof KeeperMessage.Keep keep) {
            claim.add(keep.key(), new Keepsakes.Kept(keep.value(), received.fds()));
        } else if (claim != null && received.message() instanceof KeeperMessage.Claimed claimed) {
            claim.answer.complete(claimed);
        } else if (received.message() instanceof KeeperMessage.Farewell) {
            onFarewell.run();
        } else if (received.message() instanceof KeeperMessage.Peer peer && received.fds().length == 1) {
            onPeer.comes(received.fds()[0], peer.writable());
        } else {
            IntStream.of(received.fds()).forEach(FileIo::close);
            LOG.log(System.Logger.Level.DEBUG, "nobody waits for {0}", received);
        }
    }

    /** Whether it has ended, as far as is known. */
    boolean isLost() {
        return lost;
    }

    private void lose(String why) {
        if (!lost) {
            lost = true;
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the broker is given up ({0}): regions end with this application from now on, and the DRAM budget stays",
                    why);
        }
        connection.shutdown();
        claims.values().forEach(claim -> claim.answer.completeExceptionally(new IOException("the broker has ended")));
    }

    /**
     * Asks for a region that outlives its application, or about one. Blocks until the broker has answered.
     *
     * @param code a {@link dev.remap.wire.ClaimCode}
     * @return what is kept of it, by keys below {@code region}, for the caller to close
     */
    Map<String, Keepsakes.Kept> claim(int code, String name, String schema) throws CommandException {
        return ask(new KeeperMessage.Claim(code, name, schema));
    }

    /**
     * Tells what DRAM budget the application asks for. Blocks until the broker knows. Where the broker has ended, nobody has to know of
     * less, and nobody can grant more.
     */
    void wish(long bytes, boolean more) throws CommandException {
        if (more || !lost) {
            ask(new KeeperMessage.Wish(bytes)).values().forEach(Keepsakes.Kept::close);
        }
    }

    private Map<String, Keepsakes.Kept> ask(KeeperMessage question) throws CommandException {
        long id = lastId.incrementAndGet();
        Claim claim = new Claim();
        claims.put(id, claim);
        try {
            if (lost) {
                throw new IOException("it has ended");
            }
            channel.send(id, question);
            KeeperMessage.Claimed answer = claim.answer.get(CLAIM_MS, TimeUnit.MILLISECONDS);
            if (answer.error() != 0) {
                throw new CommandException(ErrorCode.of(answer.error()), answer.what(), answer.remedy());
            }
            return claim.take();
        } catch (IOException | ExecutionException | TimeoutException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(e);
        } finally {
            claims.remove(id);
            claim.close();
        }
    }

    private static CommandException unreachable(Exception e) {
        return new CommandException(
                ErrorCode.MANAGER_LOST,
                "the broker does not answer: " + e,
                "Start it again; this application has to connect anew to see it.");
    }

    @Override
    public void kept(String key, byte[] value, int[] fds) {
        if (!key.equals(KEY)) {
            send(new KeeperMessage.Keep(key, value), fds);
        }
    }

    @Override
    public void dropped(String key) {
        send(new KeeperMessage.Drop(key));
    }

    @Override
    public void released(String key) {
        send(new KeeperMessage.Release(key));
    }

    @Override
    public void ready() {
        send(new KeeperMessage.Ready());
    }

    /** Tells the broker that the application has closed its connection, or ended: nobody is to take over. */
    void farewell() {
        send(new KeeperMessage.Farewell());
    }

    private void send(KeeperMessage message, int... fds) {
        if (lost) {
            return;
        }
        try {
            channel.send(0, message, fds);
        } catch (IOException e) {
            lose(String.valueOf(e.getMessage()));
        }
    }
}
