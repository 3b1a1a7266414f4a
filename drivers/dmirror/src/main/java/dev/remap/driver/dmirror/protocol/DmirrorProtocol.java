// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.dmirror.protocol;

/**
 * Commands of a mirroring device. Each is given with a range of a region, an argument, and a buffer; those without an argument take 0.
 * Numbers are only ever appended. A device refuses what it does not have with INVALID, and says in {@link DeviceInfo#operations} what it
 * has.
 *
 * <p>Where a result has two numbers, {@link #pages} and {@link #events} take it apart. Ranges are whole pages of 4096 bytes.
 */
public final class DmirrorProtocol {
    /** Of the commands and of {@link DeviceInfo}. */
    public static final int VERSION = 1;

    /** Bytes of a page. */
    public static final int PAGE_BYTES = 4096;

    /** Most pages of a command whose buffer has their bytes. */
    public static final int MAX_PAGES = 64;

    /** No range: fills the buffer with a {@link DeviceInfo}. */
    public static final int INFO = 0;

    /**
     * Copies a range, through the device's page table, to the buffer. Pages that the table lacks are faulted in; argument {@link #NO_FAULT}
     * refuses with NOT_FOUND instead. Answers pages and rounds of faults.
     */
    public static final int READ = 1;

    /** Copies the buffer to a range, through the device's page table, as {@link #READ}. */
    public static final int WRITE = 2;

    /**
     * Migrates a range to the device's memory. The argument selects as {@code MigrateVma.setup}'s does; 0 selects what is in DRAM or below.
     * Answers how many pages of the range are in the device's memory now, and how many came there by this. If the buffer has a byte a
     * page, each gets its {@link ReasonCode}.
     */
    public static final int MIGRATE_TO_DEV = 3;

    /** Brings those of a range that are in the device's memory back. Answers how many are in DRAM now, of those. */
    public static final int MIGRATE_TO_SYS = 4;

    /** Looks a range up without changing anything. Each page's byte of the buffer gets a {@link SnapshotByte}. Answers the pages. */
    public static final int SNAPSHOT = 5;

    /** Takes exclusive access to a range. Answers how many pages could be had. */
    public static final int EXCLUSIVE = 6;

    /** Refuses with PERMISSION if the device has exclusive access to a page of a range; answers 0 if to none. */
    public static final int CHECK_EXCLUSIVE = 7;

    /**
     * No range: brings back all pages that are in the device's memory. Answers how many. If the buffer has room for a {@code long} a
     * {@link ReasonCode}, each gets how many pages ended so.
     */
    public static final int RELEASE = 8;

    /** Gives exclusive access to a range up. Answers to how many pages. */
    public static final int RELEASE_EXCLUSIVE = 9;

    /** Answers the frame that the first page of a range is in; NOT_FOUND if a device could not use it without a fault. */
    public static final int LOCATE = 10;

    /** Injects: as many of the next allocations of device memory as the argument says fail. */
    public static final int FAIL_ALLOCATIONS = 32;

    /** Injects: as many of the next copies of pages to or from device memory as the argument says fail. */
    public static final int FAIL_COPIES = 33;

    /** Injects: each copy of a page to or from device memory takes the argument's nanoseconds longer, until told otherwise. */
    public static final int SLOW_COPIES = 34;

    /** Injects: the next calls of a hook throw; {@link #hookArgument} has which, and how many. */
    public static final int HOOK_THROWS = 35;

    /** Injects: the next call of a hook returns late; {@link #hookArgument} has which, and by how many milliseconds. */
    public static final int HOOK_HANGS = 36;

    /**
     * Injects: the device's memory under a range breaks. Pages of it that are not there are left alone. With argument {@link #RESTORED}
     * the driver says that the bytes are safe. Answers how many pages failed.
     */
    public static final int BREAK_MEMORY = 37;

    /** Argument of {@link #READ} and {@link #WRITE}: only what the device's page table has. */
    public static final long NO_FAULT = 1;

    /** Argument of {@link #BREAK_MEMORY}: the driver restores the bytes. */
    public static final long RESTORED = 1;

    /** The hook that brings pages back. */
    public static final int HOOK_MIGRATE_TO_RAM = 0;

    /** The hook that takes frames back. */
    public static final int HOOK_PAGE_FREE = 1;

    /** The hook of broken memory. */
    public static final int HOOK_MEMORY_FAILURE = 2;

    /** The callback of notifiers. */
    public static final int HOOK_INVALIDATE = 3;

    private static final int HOOK_BITS = 8;
    private static final int EVENT_SHIFT = 32;
    private static final long PAGE_MASK = 0xFFFF_FFFFL;

    private DmirrorProtocol() {}

    /** The argument of an injection into a hook. */
    public static long hookArgument(int hook, long amount) {
        return amount << HOOK_BITS | hook;
    }

    /** The hook of {@link #hookArgument}. */
    public static int hook(long argument) {
        return (int) (argument & (1 << HOOK_BITS) - 1);
    }

    /** The amount of {@link #hookArgument}. */
    public static long amount(long argument) {
        return argument >> HOOK_BITS;
    }

    /** A result of two numbers. */
    public static long result(long pages, long events) {
        return events << EVENT_SHIFT | pages;
    }

    /** The pages of a result. */
    public static long pages(long result) {
        return result & PAGE_MASK;
    }

    /** The other number of a result. */
    public static long events(long result) {
        return result >>> EVENT_SHIFT;
    }
}
