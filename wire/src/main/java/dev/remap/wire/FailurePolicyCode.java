// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

/** What a plain touch of a page that cannot be served does: {@link Request.CreateRegion#failurePolicy()}. Append-only. */
public final class FailurePolicyCode {
    /** The page is poisoned. */
    public static final int POISON = 0;

    /** The touch waits until the page is repaired. */
    public static final int WAIT = 1;

    /** The application is ended. */
    public static final int ABORT_PROCESS = 2;

    private FailurePolicyCode() {}
}
