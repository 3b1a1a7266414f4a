// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.io.IOException;

/**
 * Everything that can fail for a reason outside the program. The message says what failed and what to do; the
 * {@linkplain #category category} says what a program can do.
 */
public final class RemapException extends IOException {
    private static final long serialVersionUID = 1L;

    private RemapException(Category category, String message, RemapException cause) {
        super(message, cause);
        this.category = category;
    }

    /** The same failure, with what it is about in front of its message. */
    RemapException about(String what) {
        return new RemapException(category, what + ": " + getMessage(), this);
    }

    /** What went wrong, in terms of what the caller can do about it. */
    public enum Category {
        /** The host does not permit it; the message names the sysctl, group, capability or profile. */
        PERMISSION,
        /** This kernel, architecture or JVM cannot do it. */
        UNSUPPORTED,
        /** An argument or setting is wrong. */
        INVALID,
        /** The name is taken. */
        EXISTS,
        /** There is no such thing, or it is closed. */
        NOT_FOUND,
        /** The tiers cannot hold more; free something, raise the budget or add a tier. */
        CAPACITY,
        /** The DRAM budget cannot hold it now; unpin or discard something, or raise the budget. */
        NO_MEMORY,
        /** A limit of this process, for instance on pins or descriptors. */
        QUOTA,
        /** A tier's memory or device answered with an error. */
        IO,
        /** What a tier returned is not what was stored. */
        CORRUPT,
        /** Time ran out; trying again may succeed. */
        DEADLINE,
        /** The manager process has ended. */
        MANAGER_LOST,
        /** The manager speaks another version of the protocol. */
        INCOMPATIBLE,
        /** The file below a region was changed, truncated or replaced by somebody else. */
        STALE,
        /** The device that had the page is gone, and with it the page's bytes. */
        DEVICE_LOST
    }

    private final Category category;

    RemapException(Category category, String what, String remedy) {
        super(what + " [" + category + "] " + remedy);
        this.category = category;
    }

    RemapException(Category category, String what, String remedy, Throwable cause) {
        super(what + " [" + category + "] " + remedy, cause);
        this.category = category;
    }

    /** What went wrong, in terms of what the caller can do about it. */
    public Category category() {
        return category;
    }

    /** Whether the same call may succeed later without anybody changing anything. */
    public boolean retryable() {
        return category == Category.DEADLINE || category == Category.NO_MEMORY;
    }
}
