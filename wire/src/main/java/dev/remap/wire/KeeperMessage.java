// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import java.util.Arrays;

/**
 * What a manager and those tell each other that keep what must outlive it: its standby, the broker that has started it. An application
 * that has a third process end its faults tells that one in the same words.
 */
public sealed interface KeeperMessage {
    /**
     * Keep duplicates of the descriptors that come along, and what they are, under a key; what was kept under it is dropped.
     *
     * @param key a path of names with slashes between
     * @param value at most {@link Protocol#MAX_KEPT_BYTES}; not copied
     */
    @SuppressWarnings("ArrayRecordComponent") // equality is by content, below
    record Keep(String key, byte[] value) implements KeeperMessage {
        @Override
        public boolean equals(Object o) {
            return o instanceof Keep other && key.equals(other.key) && Arrays.equals(value, other.value);
        }

        @Override
        public int hashCode() {
            return 31 * key.hashCode() + Arrays.hashCode(value);
        }

        @Override
        public String toString() {
            return "Keep[key=" + key + ", " + value.length + " bytes]";
        }
    }

    /** Drop what is kept under a key, and under all keys below it. */
    record Drop(String key) implements KeeperMessage {}

    /** To a broker: the manager has let go of what is kept under a key, and below it; the broker may hand it to another. */
    record Release(String key) implements KeeperMessage {}

    /** From a standby: it is ready to take over. Otherwise: all there is has been sent. */
    record Ready() implements KeeperMessage {}

    /** From the manager: it ends on purpose, and nobody is to take over. From a broker: end, and have your standby end. */
    record Farewell() implements KeeperMessage {}

    /**
     * The first message of a broker's: serve an application, whose socket comes along; or, if none does, take over what a dead manager
     * has left, which follows as {@link Keep}, up to {@link Ready}.
     *
     * @param pid the application's
     * @param dramBytes the budget to begin with; the broker changes it in the manager's counters
     * @param spillDirectory where tiers make files, absolute, whatever the application wishes
     * @param spillMaxBytes how much disk they may occupy in all
     * @param standby whether the manager is to have a standby
     * @param rehearse whether the manager that is to be succeeded is still alive, and there is time to rehearse; answered by {@link Ready}
     * @param maxRegions the most regions the application may have
     * @param maxRegionBytes the most address space they may have in all
     * @param maxFiles the most files it may have open
     * @param region the region that several applications share, which is all that this manager serves: the socket is then of the first, and
     *     {@code pid} is 0. Empty for a manager of one application
     */
    record Serve(
            int pid,
            long dramBytes,
            String spillDirectory,
            long spillMaxBytes,
            boolean standby,
            boolean rehearse,
            int maxRegions,
            long maxRegionBytes,
            int maxFiles,
            String region)
            implements KeeperMessage {
        /** The same for a manager that succeeds another. */
        public Serve succeeding(boolean alive) {
            return new Serve(
                    pid,
                    dramBytes,
                    spillDirectory,
                    spillMaxBytes,
                    standby,
                    alive,
                    maxRegions,
                    maxRegionBytes,
                    maxFiles,
                    region);
        }
    }

    /**
     * To a broker: a request about regions that outlive their applications; answered by {@link Claimed}, before which comes for
     * {@link ClaimCode#OPEN} what is kept of the region, as {@link Keep} with keys below {@code region}, all under the request's id.
     *
     * @param code a {@link ClaimCode}
     * @param schema what the application calls the layout of the region's bytes
     */
    record Claim(int code, String name, String schema) implements KeeperMessage {}

    /**
     * The answer to {@link Claim} and {@link Wish}.
     *
     * @param error the number of an {@link ErrorCode}; 0 if the claim is granted
     */
    record Claimed(int error, String what, String remedy) implements KeeperMessage {
        /** Cuts texts to {@link Protocol#MAX_STRING_BYTES}. */
        public Claimed {
            what = WireText.cut(what);
            remedy = WireText.cut(remedy);
        }
    }

    /** To a broker: the application asks for no more than this DRAM budget. Answered by {@link Claimed}. */
    record Wish(long dramBytes) implements KeeperMessage {}

    /**
     * From a broker: another application shares the region, and its socket comes along.
     *
     * @param writable whether it may change the region
     */
    record Peer(boolean writable) implements KeeperMessage {}
}
