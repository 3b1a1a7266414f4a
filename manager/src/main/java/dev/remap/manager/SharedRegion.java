// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.migrate.CommandException;
import dev.remap.core.page.Mappers;
import dev.remap.core.page.PagedRegion;
import dev.remap.linux.FileIo;
import dev.remap.linux.FileStat;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.FailurePolicyCode;
import dev.remap.wire.Keepsakes;
import dev.remap.wire.KeptLayout;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import dev.remap.wire.RequestCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The region that several applications share: made by the first that comes or taken in from what others have left, mapped by each, let go
 * of when the last has unmapped it. Its descriptors are {@link KeptLayout}'s. Changes on the reclaim agent.
 */
final class SharedRegion {
    private static final long RETRY_NS = 100_000;
    private static final int NO_FILE = -1;

    private final SharedSession session;
    private final RegionFactory factory;
    private final RegionClaims claims;
    private volatile @Nullable PagedRegion region;
    private int memory = NO_FILE;

    SharedRegion(SharedSession session, RegionFactory factory, RegionClaims claims) {
        this.session = session;
        this.factory = factory;
        this.claims = claims;
    }

    RegionFactory factory() {
        return factory;
    }

    /** After a takeover: the dead manager's region is here. */
    void inherit() throws IOException {
        PagedRegion[] all = session.regions().all();
        if (all.length > 0) {
            serve(all[0]);
            if (session.peers().isEmpty()) {
                settlePins();
            }
        }
    }

    private void serve(PagedRegion made) throws IOException {
        memory = Inheritance.duplicate(kept(made).fds()[KeptLayout.MEMORY]);
        session.mappers().memory(memory);
        region = made;
    }

    private Keepsakes.Kept kept(PagedRegion of) throws IOException {
        Keepsakes.Kept kept = session.keepsakes().get(RegionFactory.key(of.id()));
        if (kept == null) {
            throw new IOException("nothing is kept of region " + of.config().name());
        }
        return kept;
    }

    /** See {@link RegionFactory#settlePins}. */
    void settlePins() {
        PagedRegion now = region;
        if (now == null) {
            return;
        }
        try {
            factory.settlePins(now);
        } catch (IOException e) {
            throw new UncheckedIOException("pins of " + now.config().name() + " cannot be kept", e);
        }
    }

    /** Refuses a region that cannot be shared, or whose name is taken. Blocks. */
    void reserve(Request.CreateRegion create) throws CommandException {
        requireName(create.name());
        if (create.files() || create.failurePolicy() == FailurePolicyCode.ABORT_PROCESS || !create.isShared()) {
            throw new CommandException(
                    ErrorCode.UNSUPPORTED,
                    "region " + create.name()
                            + " cannot be shared: it is over files, its failure policy is ABORT_PROCESS, or"
                            + " it is shared with nobody",
                    "Which process would be ended for the others? Choose FailurePolicy.POISON or WAIT.");
        }
        if (region == null) {
            claims.reserve(create);
        }
    }

    /** Makes the region, of a memfd and a descriptor of it that is open for reading only, which are this object's to close. */
    Reply create(Peer peer, Request.CreateRegion create, int[] fds) throws CommandException, IOException {
        PagedRegion before = region;
        if (before != null) {
            close(fds);
            return createdBefore(peer, create, before);
        }
        if (fds.length != 2 || !peer.isWritable()) {
            close(fds);
            throw new CommandException(
                    ErrorCode.INVALID, "a shared region without its memory, once to write and once to read", "");
        }
        int reader = fds[1];
        try {
            requireReader(fds[0], reader);
            peer.requirePlace(create.baseAddress(), create.sizeBytes());
        } catch (CommandException e) {
            close(fds);
            throw e;
        }
        try {
            PagedRegion made = factory.create(create.at(Mappers.BASE), fds[0], reader);
            session.reclaim().open(made, create.policy());
            serve(made);
            peer.map(create.baseAddress());
            return new Reply.RegionCreated(made.id());
        } finally {
            FileIo.close(reader);
        }
    }

    /** Perhaps by this very request, which is made once more after a takeover. */
    private Reply createdBefore(Peer peer, Request.CreateRegion create, PagedRegion before)
            throws CommandException, IOException {
        boolean again = peer.isMappedAt(create.baseAddress());
        if (!again && (session.mappers().all().length > 0 || !factory.isMadeOf(before, create.at(Mappers.BASE)))) {
            throw new CommandException(
                    ErrorCode.EXISTS, "region " + create.name() + " is there already", "Open it (Remap.open).");
        }
        if (!again) {
            peer.requirePlace(create.baseAddress(), create.sizeBytes());
            peer.map(create.baseAddress());
        }
        return new Reply.RegionCreated(before.id());
    }

    private static void close(int[] fds) {
        for (int fd : fds) {
            FileIo.close(fd);
        }
    }

    /** Who may only read is given this one, and must not be able to do more with it. */
    private static void requireReader(int memfd, int reader) throws CommandException {
        long flags = FileIo.statusFlags(reader);
        boolean readOnly = flags >= 0 && (flags & (FileIo.O_ACCMODE | FileIo.O_PATH)) == 0;
        FileStat one = new FileStat();
        FileStat other = new FileStat();
        boolean same = one.read(memfd) >= 0
                && other.read(reader) >= 0
                && one.inode() == other.inode()
                && one.device() == other.device();
        if (!readOnly || !same) {
            throw new CommandException(
                    ErrorCode.INVALID, "the second descriptor is not the region's memory, open for reading only", "");
        }
    }

    private void requireName(String name) throws CommandException {
        if (!name.equals(session.broker().terms().region())) {
            throw new CommandException(
                    ErrorCode.NOT_FOUND,
                    "this manager serves region " + session.broker().terms().region() + ", and not " + name,
                    "");
        }
    }

    /** Finds the region, here or where it has been left. Blocks. */
    RegionClaims.Found find(Peer peer, Request.OpenRegion open) throws CommandException, IOException {
        requireName(open.name());
        int file = peer.isWritable() ? KeptLayout.MEMORY : KeptLayout.READER;
        PagedRegion now = region;
        if (now != null) {
            Keepsakes.Kept kept = kept(now);
            if (RequestCodec.fromBytes(kept.value()) instanceof Request.CreateRegion spec) {
                return new RegionClaims.Found(
                        new Reply.RegionFound(spec.sizeBytes(), spec.failurePolicy()),
                        Inheritance.duplicate(kept.fds()[file]));
            }
        }
        return claims.find(open, file);
    }

    /** What is left of the region, unless it is here; for {@link #adopt}. Blocks. */
    Map<String, Keepsakes.Kept> claim(Request.AdoptRegion adopt) throws CommandException {
        requireName(adopt.name());
        return region != null ? Map.of() : claims.claim(adopt);
    }

    /** Has one more application map the region, which is taken in if it is not here. */
    Reply adopt(Peer peer, Request.AdoptRegion adopt, Map<String, Keepsakes.Kept> left)
            throws CommandException, IOException {
        PagedRegion now = region;
        if (now == null) {
            if (left.isEmpty()) {
                throw new CommandException(
                        ErrorCode.NOT_FOUND, "region " + adopt.name() + " has been closed meanwhile", "Try again.");
            }
            now = claims.takeIn(Mappers.BASE, left);
            serve(now);
        }
        if (now.isClosing()) {
            throw new CommandException(
                    ErrorCode.DEADLINE, "region " + adopt.name() + " is just being closed by all", "Try again.");
        }
        if (!peer.isMappedAt(adopt.baseAddress())) {
            peer.requirePlace(adopt.baseAddress(), now.config().sizeBytes());
            peer.map(adopt.baseAddress());
        }
        return new Reply.RegionCreated(now.id());
    }

    /**
     * An application has unmapped the region, or has ended. If nobody has it mapped any more it is let go of, or freed.
     *
     * @param done what to do then; on the reclaim agent
     */
    void unmapped(Peer peer, Runnable done) {
        session.reclaim().execute(() -> {
            peer.unmap();
            if (session.mappers().all().length > 0) {
                done.run();
            } else {
                letGo(done);
            }
        });
    }

    /** Waits, by coming again, until no command uses the region any more. On the reclaim agent. */
    private void letGo(Runnable done) {
        PagedRegion last = region;
        if (last == null) {
            done.run();
            return;
        }
        last.startClosing();
        if (last.isInUse()) {
            LockSupport.parkNanos(RETRY_NS);
            session.reclaim().execute(() -> letGo(done));
            return;
        }
        region = null;
        try {
            boolean survives = factory.survives(last);
            String key = RegionFactory.key(last.id());
            if (!survives) {
                session.keepsakes().drop(key);
            }
            session.reclaim().close(last, session::awaitFaults);
            if (survives) {
                session.keepsakes().release(key); // from now on it may be another manager's
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "what is kept of region " + last.config().name() + " cannot be read", e);
        }
        FileIo.close(memory);
        memory = NO_FILE;
        done.run();
    }
}
