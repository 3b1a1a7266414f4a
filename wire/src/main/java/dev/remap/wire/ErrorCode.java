// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

/** Why a request failed. Numbers are append-only: one that was ever sent keeps its meaning. */
public enum ErrorCode {
    /** The caller or the process may not do this. */
    PERMISSION(1),
    /** This host, kernel or configuration cannot do it. */
    UNSUPPORTED(2),
    /** The request makes no sense. */
    INVALID(3),
    /** The name is taken. */
    EXISTS(4),
    /** There is no such thing. */
    NOT_FOUND(5),
    /** No tier has room left. */
    CAPACITY(6),
    /** The DRAM budget is used up. */
    NO_MEMORY(7),
    /** A limit set for this application is reached. */
    QUOTA(8),
    /** A tier's device or service failed. */
    IO(9),
    /** Bytes came back other than they were stored. */
    CORRUPT(10),
    /** Not done in time; it may be tried again. */
    DEADLINE(11),
    /** The manager is gone. */
    MANAGER_LOST(12),
    /** The two processes speak different versions. */
    INCOMPATIBLE(13),
    /** The file below was changed by somebody else. */
    STALE(14),
    /** The device that had the page is gone. */
    DEVICE_LOST(15);

    private static final ErrorCode[] VALUES = values();

    private final int number;

    ErrorCode(int number) {
        this.number = number;
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }

    /** The code of a number; {@link #INCOMPATIBLE} for one that only a later version knows. */
    public static ErrorCode of(int number) {
        for (ErrorCode code : VALUES) {
            if (code.number == number) {
                return code;
            }
        }
        return INCOMPATIBLE;
    }
}
