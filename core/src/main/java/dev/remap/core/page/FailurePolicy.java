// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

/** What a plain touch of a page that cannot be served does. */
public enum FailurePolicy {
    /** The page is poisoned. */
    POISON,
    /** The touch waits for a repair. */
    WAIT,
    /** The application is ended. */
    ABORT_PROCESS
}
