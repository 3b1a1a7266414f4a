// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import java.util.Arrays;
import java.util.List;

/**
 * What an application asks of its manager. Offsets and lengths are bytes within a region; a time-out is relative, in nanoseconds.
 *
 * <p>The receiver of a request has it checked for form only: whether a region exists or an offset lies in it is for the manager.
 */
public sealed interface Request {
    /**
     * The first request of a connection to a broker: have a manager serve me here. The next is {@link Hello}, to that manager.
     *
     * @param version what the sender speaks; decodable even if it is another than this side's
     * @param dramBytes the most DRAM the application has use for
     */
    record Join(int version, long dramBytes) implements Request {}

    /**
     * As {@link Join}, to share a region that others have open or are to open: the manager is the region's own, and this connection one of
     * its peers. Answered by {@link Reply.Admitted}; or by {@link Reply.Done}, if there is such a region and it is not shared.
     *
     * @param version as in {@link Join}
     * @param code {@link ClaimCode#CREATE} or {@link ClaimCode#OPEN}
     * @param name the region's; of another user's {@code UID/name}
     * @param schema what the application calls the layout of its bytes
     * @param dramBytes the most DRAM the region has use for
     */
    record JoinRegion(int version, int code, String name, String schema, long dramBytes) implements Request {}

    /**
     * What a user may do with a shared region.
     *
     * @param writable whether it may change it; else it may read it
     */
    record Grant(int uid, boolean writable) {}

    /**
     * The first request of a connection, with the userfaultfd, the agent's socket and the transfer buffer's memfd.
     *
     * @param version what the sender speaks; decodable even if it is another than this side's
     * @param budgetOrigin where the DRAM budget comes from, for people
     * @param spillDirectory where tiers make files, absolute
     * @param spillMaxBytes how much disk they may occupy in all
     * @param standby whether another process is to be ready to take over when the manager dies
     */
    record Hello(
            int version,
            long pid,
            long dramBudgetBytes,
            boolean holdCpuLatency,
            boolean kernelFaults,
            boolean poison,
            String budgetOrigin,
            String spillDirectory,
            long spillMaxBytes,
            boolean standby)
            implements Request {}

    /**
     * The only request of a connection to a broker by its administrator: have every manager replaced by one of another program, while it
     * serves.
     *
     * @param version as in {@link Join}
     * @param modulePath where that program is; empty for the broker's own
     */
    record Upgrade(int version, String modulePath) implements Request {}

    /**
     * Serve a region, whose memfd comes with the request.
     *
     * @param failurePolicy a {@link FailurePolicyCode}
     * @param tiers names, each with options after a colon
     * @param files whether its bottom is existing files, which {@link OpenFile} attaches; otherwise what was never written is zeros
     * @param survives whether it outlives the application
     * @param schema what the application calls the layout of its bytes; for {@link OpenRegion}
     * @param shadow whether pages in device memory that does not survive the manager keep a copy below
     * @param grants who may have it open at the same time; empty if it is not shared
     */
    record CreateRegion(
            String name,
            long baseAddress,
            long sizeBytes,
            int failurePolicy,
            long maxStallNs,
            List<String> tiers,
            String policy,
            boolean files,
            boolean survives,
            String schema,
            boolean shadow,
            List<Grant> grants)
            implements Request {
        /** This, mapped elsewhere. */
        public CreateRegion at(long address) {
            return new CreateRegion(
                    name,
                    address,
                    sizeBytes,
                    failurePolicy,
                    maxStallNs,
                    tiers,
                    policy,
                    files,
                    survives,
                    schema,
                    shadow,
                    grants);
        }

        /** Copies the lists. */
        public CreateRegion {
            tiers = List.copyOf(tiers);
            grants = List.copyOf(grants);
        }

        /** One that is not shared. */
        public CreateRegion(
                String name,
                long baseAddress,
                long sizeBytes,
                int failurePolicy,
                long maxStallNs,
                List<String> tiers,
                String policy,
                boolean files,
                boolean survives,
                String schema,
                boolean shadow) {
            this(
                    name,
                    baseAddress,
                    sizeBytes,
                    failurePolicy,
                    maxStallNs,
                    tiers,
                    policy,
                    files,
                    survives,
                    schema,
                    shadow,
                    List.of());
        }

        /** Whether several applications may have it open. */
        public boolean isShared() {
            return !grants.isEmpty();
        }
    }

    /**
     * Make the ranges of {@code lengthEach} bytes at {@code offsets} resident.
     *
     * @param hint whether it may be dropped
     * @param offsets at most {@link Protocol#MAX_OFFSETS}; not copied
     */
    @SuppressWarnings("ArrayRecordComponent") // equality is by content, below
    record Load(int region, long timeoutNs, boolean hint, long lengthEach, long[] offsets) implements Request {
        @Override
        public boolean equals(Object o) {
            return o instanceof Load other
                    && region == other.region
                    && timeoutNs == other.timeoutNs
                    && hint == other.hint
                    && lengthEach == other.lengthEach
                    && Arrays.equals(offsets, other.offsets);
        }

        @Override
        public int hashCode() {
            return 31 * region + Arrays.hashCode(offsets);
        }

        @Override
        public String toString() {
            return "Load[region=" + region + ", timeoutNs=" + timeoutNs + ", hint=" + hint + ", lengthEach="
                    + lengthEach + ", " + offsets.length + " offsets]";
        }
    }

    /** Make a range resident and keep it so until {@link Unpin}. */
    record Pin(int region, long offset, long length, long timeoutNs) implements Request {}

    /** Undo one {@link Pin} of the same range. */
    record Unpin(int region, long offset, long length) implements Request {}

    /**
     * How a range will be used.
     *
     * @param advice an {@link AdviceCode}
     */
    record Advise(int region, long offset, long length, int advice) implements Request {}

    /** Move a range out of DRAM now. */
    record PageOut(int region, long offset, long length) implements Request {}

    /** Make a range zeros and free what holds it. */
    record Discard(int region, long offset, long length) implements Request {}

    /** List failed pages at and above an offset. */
    record Failures(int region, long fromOffset) implements Request {}

    /**
     * Mend the failed pages of a range.
     *
     * @param how a {@link RepairCode}
     */
    record Repair(int region, long offset, long length, int how) implements Request {}

    /**
     * Attach a file, whose descriptor comes with the request, to a range of a region of files.
     *
     * @param offset where in the region, a multiple of the page
     * @param fileOffset where in the file, a multiple of the page
     * @param bytes how many bytes of the file
     * @param writable whether changed pages are written back to it
     * @param direct whether to go around the page cache
     */
    record OpenFile(int region, long offset, long fileOffset, long bytes, boolean writable, boolean direct)
            implements Request {}

    /** Detach the file of a range, which nobody touches any more, and forget its pages. */
    record CloseFile(int region, long offset, long length) implements Request {}

    /** Write the changed pages of a range back to their file and make them durable. */
    record Force(int region, long offset, long length) implements Request {}

    /**
     * Copy the ranges of {@code lengthEach} bytes at {@code offsets}, one after another, to {@code bufferOffset} of the transfer buffer
     * that came with Hello, without making them resident.
     *
     * @param offsets at most {@link Protocol#MAX_OFFSETS}; not copied
     */
    @SuppressWarnings("ArrayRecordComponent") // equality is by content, below
    record Read(int region, long timeoutNs, long bufferOffset, long lengthEach, long[] offsets) implements Request {
        @Override
        public boolean equals(Object o) {
            return o instanceof Read other
                    && region == other.region
                    && timeoutNs == other.timeoutNs
                    && bufferOffset == other.bufferOffset
                    && lengthEach == other.lengthEach
                    && Arrays.equals(offsets, other.offsets);
        }

        @Override
        public int hashCode() {
            return 31 * region + Arrays.hashCode(offsets);
        }

        @Override
        public String toString() {
            return "Read[region=" + region + ", timeoutNs=" + timeoutNs + ", bufferOffset=" + bufferOffset
                    + ", lengthEach=" + lengthEach + ", " + offsets.length + " offsets]";
        }
    }

    /** Whether the file at an offset was changed by somebody else: Done(1) if it was. */
    record FileState(int region, long offset) implements Request {}

    /**
     * The answer to {@link Reply.TakenOver}: what the new manager is told of the application's pins. All requests that were not answered
     * follow it once more; what came before it, the new manager has left undone.
     *
     * @param takeovers the number of the takeover that it answers: the manager may have died again meanwhile
     * @param last whether no further message of this kind follows
     * @param pins three longs a pin: region, offset, length; at most {@link Protocol#MAX_PINS} pins; not copied
     */
    @SuppressWarnings("ArrayRecordComponent") // equality is by content, below
    record Resume(long takeovers, boolean last, long[] pins) implements Request {
        @Override
        public boolean equals(Object o) {
            return o instanceof Resume other
                    && takeovers == other.takeovers
                    && last == other.last
                    && Arrays.equals(pins, other.pins);
        }

        @Override
        public int hashCode() {
            return 31 * Long.hashCode(takeovers) + Arrays.hashCode(pins);
        }

        @Override
        public String toString() {
            return "Resume[takeovers=" + takeovers + ", last=" + last + ", " + pins.length / 3 + " pins]";
        }
    }

    /** Use no more DRAM than this from now on; answered when no more is in use. */
    record SetBudget(long dramBytes, long timeoutNs) implements Request {}

    /** Find a region that an application of the same user has left. */
    record OpenRegion(String name, String schema) implements Request {}

    /** Serve such a region, whose memfd, from {@link Reply.RegionFound}, is mapped by now. */
    record AdoptRegion(String name, String schema, long baseAddress) implements Request {}

    /** Forget such a region. */
    record RemoveRegion(String name) implements Request {}

    /**
     * What devices may do to a range.
     *
     * @param access a {@link DeviceAccessCode}
     */
    record Protect(int region, long offset, long length, int access) implements Request {}

    /** Bind a driver to a device. */
    record BindDevice(String name, String driver, String options) implements Request {}

    /** Unbind a device from its driver; what it holds after the time-out fails. */
    record UnbindDevice(String name, long timeoutNs) implements Request {}

    /**
     * Have a device carry out a command.
     *
     * @param region the region that it is about, or {@link #NO_REGION}
     * @param bufferOffset where in the transfer buffer that came with Hello the bytes are that go with it, and come back
     */
    record CommandDevice(
            String name,
            int operation,
            long argument,
            int region,
            long offset,
            long length,
            long bufferOffset,
            long bufferLength,
            long timeoutNs)
            implements Request {
        /** A command that is about no region. */
        public static final int NO_REGION = -1;
    }

    /** List devices whose names are above this one. */
    record ListDevices(String after) implements Request {}

    /** The application is about to unmap a region: keep serving faults, start nothing new. */
    record CloseBegin(int region) implements Request {}

    /** The region is unmapped: forget it. */
    record CloseEnd(int region) implements Request {}

    /** The application ends the connection on purpose. */
    record Bye() implements Request {}
}
