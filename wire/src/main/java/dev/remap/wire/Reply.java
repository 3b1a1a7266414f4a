// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import java.util.List;

/** What a manager answers, under the request's id. */
public sealed interface Reply {
    /**
     * The request is carried out.
     *
     * @param value what the request counts, if it counts something
     */
    record Done(long value) implements Reply {}

    /**
     * The request is not carried out. Decodable whatever version the sender speaks.
     *
     * @param code the number of an {@link ErrorCode}
     * @param what the call, its arguments, the cause
     * @param remedy what the caller can do; empty if there is nothing
     */
    record Failed(int code, String what, String remedy) implements Reply {
        /** Cuts texts to {@link Protocol#MAX_STRING_BYTES}: an answer too long to send would leave its request waiting. */
        public Failed {
            what = WireText.cut(what);
            remedy = WireText.cut(remedy);
        }
    }

    /**
     * The answer to {@link Request.Hello}.
     *
     * @param version what the manager speaks; decodable even if it is another than this side's
     */
    record Welcome(int version, long managerPid) implements Reply {}

    /**
     * The answer to {@link Request.Join}, with a descriptor of {@code /dev/userfaultfd} if the broker has one to give. What follows on this
     * connection is between the application and its manager.
     *
     * @param version what the broker speaks; decodable even if it is another than this side's
     * @param dramBytes the budget to begin with
     * @param terms where it comes from, for people
     */
    record Admitted(int version, long dramBytes, String terms) implements Reply {}

    /**
     * The answer to {@link Request.OpenRegion}, with the region's memfd.
     *
     * @param failurePolicy a {@link FailurePolicyCode}
     */
    record RegionFound(long sizeBytes, int failurePolicy) implements Reply {}

    /**
     * Another process is the manager now. Not an answer: its request id is 0.
     *
     * @param takeovers how often that has happened
     */
    record TakenOver(long takeovers, long managerPid) implements Reply {}

    /** A region is served; requests name it by this number. */
    record RegionCreated(int region) implements Reply {}

    /** Devices by name in ascending order, as many of the first as fit a message; for more, ask from behind the last. */
    record DeviceList(List<DeviceEntry> entries) implements Reply {
        /** Copies the list. */
        public DeviceList {
            entries = List.copyOf(entries);
        }

        /** As many of the first entries as fit a message. */
        public static DeviceList firstOf(List<DeviceEntry> entries) {
            return new DeviceList(entries.subList(0, ReplyCodec.devicesThatFit(entries)));
        }
    }

    /** Failed pages in ascending order; see {@link #firstOf}. */
    record FailureList(List<FailureEntry> entries) implements Reply {
        /** Copies the list. */
        public FailureList {
            entries = List.copyOf(entries);
        }

        /** As many of the first entries as fit a message; for more, ask from behind the last. Never empty unless {@code entries} is. */
        public static FailureList firstOf(List<FailureEntry> entries) {
            return new FailureList(entries.subList(0, ReplyCodec.failuresThatFit(entries)));
        }
    }
}
