// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.policy;

/**
 * Chooses which resident pages to deactivate. Confined to one thread (the reclaim agent, or a simulator): the first
 * call that adds a page binds the policy to its thread, and {@link #close} must come from there too. Pure data
 * structure: it knows no kernel and no page words, never blocks, and allocates only when its queues grow. Page ids are
 * non-negative longs.
 *
 * <p>Touches of a mapped page cannot be seen. What a policy learns of use is {@link #readmit}, a touch on the inactive
 * list, and an {@link #admit} soon after an {@link #evict}.
 *
 * <p>Events may arrive late or twice. Every call is therefore legal for every page, whatever its state; each method
 * says what it does with a page it did not expect. The last event decides whether the page counts as resident.
 */
public interface ReplacementPolicy extends AutoCloseable {

    /** What {@link #candidate} answers when no page is tracked. */
    long NONE = -1;

    /** The name that {@link ReplacementPolicies#named} knows this policy by. */
    String name();

    /** The page became resident. Idempotent for a page it already tracks; for a candidate the same as {@link #readmit}. */
    void admit(long page);

    /**
     * A page this policy gave as candidate was touched again before it was evicted: it is resident and tracked again. A
     * page that is tracked already counts one more use; an unknown page is tracked as a used one.
     */
    void readmit(long page);

    /**
     * Next page to deactivate, or {@link #NONE}. It leaves the resident queues and is then readmitted, evicted or
     * forgotten. Amortised constant time.
     */
    long candidate();

    /**
     * Takes a page out of the queues as if {@link #candidate} had answered it.
     *
     * @return false if it is in no queue; nothing has changed then
     */
    boolean take(long page);

    /** The candidate left DRAM. For a page that is not a candidate the same as {@link #forget}. */
    void evict(long page);

    /**
     * The page left DRAM by another way (discard, pageOut, region closed) whether tracked, candidate or unknown.
     * Constant time; stale queue entries are skipped later.
     */
    void forget(long page);

    /** Pages tracked in queues; candidates are not counted. */
    long size();

    /**
     * How many admitted pages had been evicted not long before, and would still be resident with somewhat more memory: refaults, as Linux
     * calls them. A policy that does not remember evicted pages counts all admitted ones.
     */
    long refaults();

    /** Bytes of native memory that the queues hold; the marks are not this policy's and not counted. Constant time. */
    long bytes();

    /** Frees the queues. The policy must not be used afterwards; the marks are left as they are. */
    @Override
    void close();
}
