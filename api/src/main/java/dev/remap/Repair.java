// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

/** How {@link Region#repair} treats failed pages. */
public enum Repair {
    /** The page is fetched again at the next touch, from where it was. */
    RETRY,
    /** The page's content is given up: it reads as zeros. */
    ACCEPT_LOSS
}
