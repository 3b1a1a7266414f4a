// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import dev.remap.core.policy.LongRing;
import dev.remap.core.policy.PageMarks;
import dev.remap.core.policy.ReplacementPolicies;
import dev.remap.core.policy.ReplacementPolicy;

/**
 * A memory run by one of the manager's policies, told of no more than a manager is ({@code Residents}, of the reclaim agent): touches of
 * mapped pages are not seen; candidates are unmapped and wait on an inactive list of an eighth of the tracked pages; the first touch
 * there is a minor fault, and is told when the page gets to the old end; a page that nobody touched until then is evicted.
 *
 * <p>One page is evicted for each that comes in. A manager works in batches and keeps a reserve free, so its memory is a little less.
 */
final class PolicyCache implements TracedCache, PageMarks {
    private static final int INACTIVE_SHARE = 8;
    private static final int MIN_INACTIVE = 64;

    private static final byte ABSENT = 0;
    private static final byte MAPPED = 1;
    private static final byte UNMAPPED = 2;
    private static final byte TOUCHED_AGAIN = 3;

    private final ReplacementPolicy policy;
    private final LongRing inactive = new LongRing();
    private final int capacityPages;
    private final byte[] places;
    private final byte[] marks;
    private int residentPages;
    private int markedPages;
    private long minorFaults;

    /** A memory of {@code capacityPages} for pages below {@code distinctPages}. */
    PolicyCache(String policy, int capacityPages, int distinctPages) {
        this.policy = ReplacementPolicies.named(policy, this);
        this.capacityPages = capacityPages;
        places = new byte[distinctPages];
        marks = new byte[distinctPages];
    }

    @Override
    public boolean touch(int page) {
        if (places[page] == ABSENT) {
            bringIn(page);
            return false;
        }
        if (places[page] == UNMAPPED) {
            minorFaults++;
            places[page] = TOUCHED_AGAIN;
        }
        return true;
    }

    private void bringIn(int page) {
        if (residentPages == capacityPages) {
            evictOne();
        }
        residentPages++;
        places[page] = MAPPED;
        policy.admit(page);
    }

    private void evictOne() {
        while (true) {
            deactivate();
            int page = Math.toIntExact(inactive.poll());
            if (places[page] == TOUCHED_AGAIN) {
                places[page] = MAPPED;
                policy.readmit(page);
            } else {
                places[page] = ABSENT;
                residentPages--;
                policy.evict(page);
                return;
            }
        }
    }

    private void deactivate() {
        while (inactive.size() < Math.max(MIN_INACTIVE, policy.size() / INACTIVE_SHARE)) {
            long page = policy.candidate();
            if (page == ReplacementPolicy.NONE) {
                return;
            }
            if (places[Math.toIntExact(page)] != MAPPED) {
                throw new IllegalStateException(policy.name() + " gave page " + page + ", which is not mapped");
            }
            places[Math.toIntExact(page)] = UNMAPPED;
            inactive.add(page);
        }
    }

    @Override
    public long minorFaults() {
        return minorFaults;
    }

    /** Queues, inactive list, and a byte for each page that has a mark. */
    @Override
    public long metadataBytes() {
        return policy.bytes() + inactive.bytes() + markedPages;
    }

    @Override
    public int get(long page) {
        return marks[Math.toIntExact(page)] & 0xFF;
    }

    @Override
    public void set(long page, int mark) {
        int at = Math.toIntExact(page);
        markedPages += (mark != 0 ? 1 : 0) - (marks[at] != 0 ? 1 : 0);
        marks[at] = (byte) mark;
    }

    @Override
    public void close() {
        policy.close();
        inactive.close();
    }
}
