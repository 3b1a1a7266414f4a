// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.broker;

import dev.remap.linux.PeerCredentials;
import dev.remap.wire.ClaimCode;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One application that comes for a region which several share: it is sent to the region's manager, which is started if there is none. Who
 * may, and to do what, is in how the region was made, as it is kept; the user is the one of the socket.
 */
final class SharedJoin {
    private static final long MAKING_MS = 10_000;
    private static final long BURIAL_MS = 10_000;

    private final Broker broker;
    private final PeerCredentials peer;
    private final Request.JoinRegion join;
    private final int owner;
    private final String name;

    SharedJoin(Broker broker, PeerCredentials peer, Request.JoinRegion join) throws Refusal {
        this.broker = broker;
        this.peer = peer;
        this.join = join;
        int slash = join.name().indexOf('/');
        name = join.name().substring(slash + 1);
        try {
            owner = slash < 0
                    ? peer.uid()
                    : Integer.parseUnsignedInt(join.name().substring(0, slash));
        } catch (NumberFormatException e) {
            throw new Refusal(
                    ErrorCode.INVALID, "no user is named in " + join.name() + " (" + e.getMessage() + ")", "");
        }
    }

    /** Answers Admitted once the socket is the manager's; or Done, if there may be such a region, but none that is shared. */
    Reply run(int socket) throws Refusal, IOException {
        boolean create = join.code() == ClaimCode.CREATE;
        if (create && owner != peer.uid()) {
            throw new Refusal(
                    ErrorCode.PERMISSION,
                    "user " + peer.uid() + " would make a region of user " + owner,
                    "Make one of your own, and share it with that user.");
        }
        Application region = awaitLive();
        if (region != null) {
            if (create) {
                throw exists(region.toString());
            }
            boolean writable = access(region.sharedSpec());
            send(region, socket, writable);
            return broker.admitted(region.grantedBytes());
        }
        Request.CreateRegion left = left(create);
        if (!create && (left == null || !left.isShared())) {
            if (owner != peer.uid()) {
                throw notFound();
            }
            return new Reply.Done(0);
        }
        boolean writable = create || access(left);
        Application made = start();
        send(made, socket, writable);
        return broker.admitted(made.grantedBytes());
    }

    /** The region that is being served, once it is known how it was made; null if there is none. */
    private @Nullable Application awaitLive() {
        boolean _ = broker.await(() -> live(true) == null, BURIAL_MS);
        Application found = broker.await(() -> live(false) != null, 0) ? live(false) : null;
        if (found == null) {
            return null;
        }
        boolean known = broker.await(() -> found.sharedSpec() != null || live(false) != found, MAKING_MS);
        return known && found.sharedSpec() != null ? found : null;
    }

    /** Under the broker's lock. */
    private @Nullable Application live(boolean leaving) {
        synchronized (broker) {
            for (Application each : broker.applications()) {
                if (each.uid() == owner && each.isLeaving() == leaving && each.isRegion(name)) {
                    return each;
                }
            }
            return null;
        }
    }

    private Request.@Nullable CreateRegion left(boolean create) throws Refusal {
        synchronized (broker) {
            for (Application other : broker.applications()) {
                if (create && other.uid() == owner && (other.holds(name) || other.isRegion(name))) {
                    throw exists(other.toString());
                }
            }
            Request.CreateRegion left = broker.kept().spec(owner, name);
            if (create && left != null) {
                throw new Refusal(
                        ErrorCode.EXISTS,
                        "user " + owner + " has left a region named " + name,
                        "Open it (Remap.open), or remove it (Remap.remove) first.");
            }
            return left;
        }
    }

    /** Starts a manager for the region, unless another application that came for it at the same time has. */
    private Application start() throws Refusal, IOException {
        UserLimits limits = broker.limits(owner);
        if (limits == null) {
            throw new Refusal(
                    ErrorCode.PERMISSION,
                    "this broker does not admit user " + owner + ", whose region " + name + " is",
                    "Its administrator can: remap serve --user " + owner + ".");
        }
        synchronized (STARTING) {
            Application other = live(false);
            return other != null ? other : broker.start(owner, limits, join.dramBytes(), 0, name);
        }
    }

    private static final Object STARTING = new Object();

    private void send(Application region, int socket, boolean writable) throws IOException {
        synchronized (broker) {
            region.send(socket, writable);
        }
    }

    /** Whether the user may write. */
    private boolean access(Request.@Nullable CreateRegion spec) throws Refusal {
        if (spec == null) {
            throw notFound();
        }
        boolean writable = owner == peer.uid();
        boolean named = writable;
        for (Request.Grant grant : spec.grants()) {
            if (grant.uid() == peer.uid()) {
                writable = grant.writable();
                named = true;
            }
        }
        if (!named) {
            throw notFound();
        }
        if (!spec.schema().equals(join.schema())) {
            throw new Refusal(
                    ErrorCode.INCOMPATIBLE,
                    "region " + name + " has schema \"" + spec.schema() + "\", not \"" + join.schema() + "\"",
                    "Open it with the program that made it, or remove it.");
        }
        return writable;
    }

    /** Whether there is such a region is not told to who may not open it. */
    private Refusal notFound() {
        return new Refusal(
                ErrorCode.PERMISSION,
                "user " + owner + " shares no region named " + name + " with user " + peer.uid(),
                "Have it made so: RegionSpec.sharedWith(access, " + peer.uid() + ").");
    }

    private Refusal exists(String where) {
        return new Refusal(
                ErrorCode.EXISTS,
                "user " + owner + " has a region named " + name + ", open in " + where,
                "Open it (Remap.open), or use another name.");
    }
}
