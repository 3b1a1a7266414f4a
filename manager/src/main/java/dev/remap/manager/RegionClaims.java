// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.migrate.CommandException;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.RegionTable;
import dev.remap.core.reclaim.ReclaimAgent;
import dev.remap.wire.ClaimCode;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.Keepsakes;
import dev.remap.wire.KeptLayout;
import dev.remap.wire.Reply;
import dev.remap.wire.Request;
import dev.remap.wire.RequestCodec;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests about regions that outlive their applications: the broker has what is left of them, and a manager takes one in as it would after
 * a takeover. Each claim is made anew where it is needed: the manager may have died since the last one.
 */
final class RegionClaims {
    private final RegionTable regions;
    private final ReclaimAgent reclaim;
    private final RegionFactory factory;
    private final @Nullable BrokerLink broker;

    RegionClaims(RegionTable regions, ReclaimAgent reclaim, RegionFactory factory, @Nullable BrokerLink broker) {
        this.regions = regions;
        this.reclaim = reclaim;
        this.factory = factory;
        this.broker = broker;
    }

    /** A region that is found, and a memfd for the application. */
    record Found(Reply.RegionFound reply, int memfd) {}

    /** Refuses a name that a region has already. Blocks. */
    void reserve(Request.CreateRegion create) throws CommandException {
        broker().claim(ClaimCode.CREATE, create.name(), create.schema());
    }

    /** Finds a region. Blocks. */
    Found find(Request.OpenRegion open) throws CommandException, IOException {
        return find(open, KeptLayout.MEMORY);
    }

    /** The same, with another of a region's descriptors. */
    Found find(Request.OpenRegion open, int file) throws CommandException, IOException {
        Map<String, Keepsakes.Kept> kept = broker().claim(ClaimCode.OPEN, open.name(), open.schema());
        try {
            Keepsakes.Kept root = root(kept);
            Request.CreateRegion spec = spec(root);
            return new Found(
                    new Reply.RegionFound(spec.sizeBytes(), spec.failurePolicy()),
                    Inheritance.duplicate(root.fds()[file]));
        } finally {
            kept.values().forEach(Keepsakes.Kept::close);
        }
    }

    /** Gets hold of a region that is mapped at an address by now. Blocks. The result is for {@link #adopt}. */
    Map<String, Keepsakes.Kept> claim(Request.AdoptRegion adopt) throws CommandException {
        return broker().claim(ClaimCode.OPEN, adopt.name(), adopt.schema());
    }

    /** Takes a region in. On the reclaim agent. */
    Reply adopt(Request.AdoptRegion adopt, Map<String, Keepsakes.Kept> kept) throws CommandException, IOException {
        try {
            PagedRegion before = regions.at(adopt.baseAddress());
            if (before != null && before.config().name().equals(adopt.name())) {
                return new Reply.RegionCreated(before.id()); // asked for once more, after a takeover
            }
            return new Reply.RegionCreated(takeIn(adopt.baseAddress(), kept).id());
        } finally {
            kept.values().forEach(Keepsakes.Kept::close);
        }
    }

    /** Makes a region of what is left of it, at an address. On the reclaim agent. What is left stays the caller's to close. */
    PagedRegion takeIn(long baseAddress, Map<String, Keepsakes.Kept> kept) throws CommandException, IOException {
        RegionFactory.Adopted adopted = factory.inherit(spec(root(kept)).at(baseAddress), kept);
        reclaim.adopt(adopted.region(), adopted.policy());
        return adopted.region();
    }

    /** Has a region forgotten. Blocks. */
    Reply remove(Request.RemoveRegion remove) throws CommandException {
        broker().claim(ClaimCode.REMOVE, remove.name(), "");
        return new Reply.Done(0);
    }

    private static Keepsakes.Kept root(Map<String, Keepsakes.Kept> kept) throws IOException {
        Keepsakes.Kept root = kept.get("");
        if (root == null) {
            throw new IOException("the broker has kept a part of the region only");
        }
        return root;
    }

    private static Request.CreateRegion spec(Keepsakes.Kept root) throws IOException {
        if (RequestCodec.fromBytes(root.value()) instanceof Request.CreateRegion spec) {
            return spec;
        }
        throw new IOException("what is kept of the region is not how it was made");
    }

    private BrokerLink broker() throws CommandException {
        if (broker == null) {
            throw new CommandException(
                    ErrorCode.UNSUPPORTED,
                    "this manager ends with its application, and has no broker that would keep regions",
                    "Use Remap.connect.");
        }
        return broker;
    }
}
