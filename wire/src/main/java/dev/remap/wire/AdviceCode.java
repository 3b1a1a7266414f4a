// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

/** How a range will be used: {@link Request.Advise#advice()}. Append-only. */
public final class AdviceCode {
    /** Nothing is known. */
    public static final int NORMAL = 0;

    /** Ascending, once. */
    public static final int SEQUENTIAL = 1;

    /** Without locality: read nothing ahead. */
    public static final int RANDOM = 2;

    /** Not soon: a good victim. */
    public static final int COLD = 3;

    /** Ascending, once: what has been read goes first. */
    public static final int DROP_BEHIND = 4;

    /** Read once, not worth memory: what is touched leaves at once. */
    public static final int BYPASS = 5;

    private AdviceCode() {}
}
