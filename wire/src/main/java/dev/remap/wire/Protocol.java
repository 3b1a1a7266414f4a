// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

/** The version both processes must share, and the limits both enforce: the sender when it encodes, the receiver before it believes. */
public final class Protocol {
    /** Moves with every change to a message's bytes. */
    public static final int VERSION = 3;

    /** The most bytes of a message, its header included. */
    public static final int MAX_MESSAGE_BYTES = 65536;

    /** The most offsets of a {@link Request.Load}. */
    public static final int MAX_OFFSETS = 8000;

    /** The most ranges of an {@link AgentMessage.Zap}; a range takes the room of two offsets. */
    public static final int MAX_RANGES = MAX_OFFSETS / 2;

    /** The most pins of a {@link Request.Resume}; a pin takes the room of three offsets. */
    public static final int MAX_PINS = MAX_OFFSETS / 3;

    /** The most users that a region is shared with. */
    public static final int MAX_GRANTS = 64;

    /** The most bytes of a {@link KeeperMessage.Keep}'s value. */
    public static final int MAX_KEPT_BYTES = 60_000;

    /** The most UTF-8 bytes of a string. */
    public static final int MAX_STRING_BYTES = 1024;

    /** The most tiers a region names: as many as a {@link PageWord} can tell apart. */
    public static final int MAX_TIERS = PageWord.TIER_LAST - PageWord.TIER_FIRST + 1;

    /** The most descriptors with a message. */
    public static final int MAX_FDS = 8;

    /** The most entries of a {@link Reply.FailureList}. */
    public static final int MAX_FAILURES = 200;

    /** The most entries of a {@link Reply.DeviceList}. */
    public static final int MAX_DEVICES = 64;

    /** The most holders that a {@link DeviceEntry} names. */
    public static final int MAX_HOLDERS = 8;

    private Protocol() {}
}
