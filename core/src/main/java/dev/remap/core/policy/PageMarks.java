// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.policy;

/**
 * One byte for each page, which belongs to one policy and means something to that policy alone. Sparse: a page never
 * set reads 0.
 *
 * <p>The owner may drop the marks of pages that it has forgotten (a closed region): they read 0 from then on. A policy
 * sets the mark of a page that reads 0 only in {@code admit} and {@code readmit}, so that its stale queue entries never
 * bring back what was dropped. Called from the policy's thread.
 */
public interface PageMarks {

    /** The page's mark, 0 to 255; 0 for a page never set. Must not fail for a page whose marks were dropped. */
    int get(long page);

    /** Sets the page's mark. Only the low eight bits of {@code mark} are ever used. */
    void set(long page, int mark);
}
