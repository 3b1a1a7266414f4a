// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.dmirror;

import dev.remap.driver.DeviceCommand;
import dev.remap.driver.DeviceException;
import dev.remap.driver.dmirror.protocol.DmirrorProtocol;
import dev.remap.driver.mm.IntervalNotifier;
import dev.remap.driver.mm.RangeFault;
import dev.remap.driver.mm.Vma;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.LongPredicate;

/**
 * One region as the device sees it: what its page table maps, and the notifier that keeps the table true. The lock is the device's, and
 * guards all state; it is never held while the core is called, but for frames.
 */
final class Mirror implements IntervalNotifier.Callback, AutoCloseable {
    final Vma vma;
    final MirrorTable table = new MirrorTable();
    private final Object lock;
    private final FaultInjection injection;
    private final Object owner;
    private final IntervalNotifier notifier;
    private final RangeFault request;
    private final BitSet lostMeanwhile = new BitSet();
    private long claimFirst;
    private int claimPages;
    private boolean gone;

    Mirror(Vma vma, Object lock, FaultInjection injection, Object owner) {
        this.vma = vma;
        this.lock = lock;
        this.injection = injection;
        this.owner = owner;
        notifier = vma.insertNotifier(0, vma.pages(), this);
        request = new RangeFault(notifier);
        request.owner = owner;
    }

    @Override
    public void invalidate(IntervalNotifier.Invalidation what) {
        injection.enter(DmirrorProtocol.HOOK_INVALIDATE);
        synchronized (lock) {
            what.notifier().setSequence(what.sequence());
            table.clear(what.first(), what.pages());
            boolean isOwnClaim = what.event() == IntervalNotifier.Event.EXCLUSIVE && owner.equals(what.owner());
            if (!isOwnClaim && claimPages > 0) {
                lostMeanwhile.set(claimIndex(what.first()), claimIndex(what.first() + what.pages()));
            }
            gone |= what.event() == IntervalNotifier.Event.RELEASE;
        }
    }

    private int claimIndex(long page) {
        return Math.clamp(page - claimFirst, 0, claimPages);
    }

    /** Whether the region has been closed. */
    boolean isGone() {
        synchronized (lock) {
            return gone;
        }
    }

    /** How many pages the table maps. */
    long mapped() {
        synchronized (lock) {
            return table.mapped();
        }
    }

    /** Makes pages accessible and maps them. */
    void fault(long first, int pages, boolean write, DeviceCommand command) throws DeviceException {
        long wanted = RangeFault.REQ_FAULT | (write ? RangeFault.REQ_WRITE : 0);
        while (!collect(first, pages, wanted, command, () -> map(first, pages, _ -> true))) {
            Thread.onSpinWait();
        }
        if (write) {
            for (int i = 0; i < pages; i++) {
                require(
                        (request.pfns[i] & RangeFault.WRITE) != 0,
                        DeviceException.Cause.PERMISSION,
                        "the device may not write to page " + (first + i));
            }
        }
    }

    /** Maps those of the pages that are in the device's own memory. */
    void map(long first, int pages, DeviceFrames own, DeviceCommand command) throws DeviceException {
        while (!collect(first, pages, 0, command, () -> map(first, pages, own::contains))) {
            Thread.onSpinWait();
        }
    }

    private void map(long first, int pages, LongPredicate frames) {
        for (int i = 0; i < pages; i++) {
            long answer = request.pfns[i];
            if ((answer & RangeFault.VALID) != 0 && frames.test(RangeFault.pfn(answer))) {
                boolean writable = (answer & RangeFault.WRITE) != 0;
                table.put(first + i, RangeFault.pfn(answer), writable ? MirrorTable.WRITE : 0);
            }
        }
    }

    /** Looks pages up without changing anything. */
    long[] lookUp(long first, int pages, DeviceCommand command) throws DeviceException {
        while (!collect(first, pages, 0, command, () -> {})) {
            Thread.onSpinWait();
        }
        return Arrays.copyOf(request.pfns, pages);
    }

    /** One round of the protocol: {@code program} runs under the lock if nothing has changed since pages were looked up. */
    private boolean collect(long first, int pages, long wanted, DeviceCommand command, Runnable program)
            throws DeviceException {
        request.sequence = notifier.readBegin(remaining(command));
        require(request.sequence >= 0, DeviceException.Cause.BUSY, "pages from " + first + " on are being moved");
        request.first = first;
        request.pfns = new long[pages];
        request.defaultFlags = wanted;
        request.timeoutNs = remaining(command);
        RangeFault.Result result = vma.rangeFault(request);
        if (result == RangeFault.Result.BUSY) {
            return false;
        }
        check(result, first, pages);
        if (notifier.checkRetry(request.sequence)) {
            return false;
        }
        synchronized (lock) {
            if (notifier.readRetry(request.sequence)) {
                return false;
            }
            program.run();
            return true;
        }
    }

    private static void check(RangeFault.Result result, long first, int pages) throws DeviceException {
        String range = pages + " pages from " + first + " on";
        switch (result) {
            case DONE, BUSY -> {}
            case FAULT -> throw new DeviceException(DeviceException.Cause.FAULT, "devices may not see all of " + range);
            case PERMISSION ->
                throw new DeviceException(DeviceException.Cause.PERMISSION, "devices may only read some of " + range);
            case FAILED -> throw new DeviceException(DeviceException.Cause.IO, "a page has failed of " + range);
        }
    }

    /** Takes exclusive access to pages, and maps those it has got and kept. Answers how many. */
    int claim(long first, int pages) {
        long[] pfns = new long[pages];
        synchronized (lock) {
            claimFirst = first;
            claimPages = pages;
            lostMeanwhile.clear();
        }
        vma.makeExclusive(first, pfns, owner);
        int mapped = 0;
        synchronized (lock) {
            for (int i = 0; i < pages; i++) {
                if (pfns[i] >= 0 && !lostMeanwhile.get(i)) {
                    table.put(first + i, pfns[i], MirrorTable.WRITE | MirrorTable.EXCLUSIVE);
                    mapped++;
                }
            }
            claimPages = 0;
        }
        return mapped;
    }

    /** Gives exclusive access to pages up. */
    long unclaim(DeviceCommand command) throws DeviceException {
        return vma.releaseExclusive(command.firstPage(), command.pages(), owner, remaining(command));
    }

    /** Whether the device has exclusive access to a page of a range. */
    boolean hasExclusive(long first, long pages) {
        synchronized (lock) {
            return table.any(first, pages, MirrorTable::isExclusive);
        }
    }

    /** What is left of the time for a command. */
    static long remaining(DeviceCommand command) throws DeviceException {
        long remainingNs = command.remainingNs();
        require(remainingNs > 0, DeviceException.Cause.BUSY, "time is up");
        return remainingNs;
    }

    static void require(boolean condition, DeviceException.Cause why, String otherwise) throws DeviceException {
        if (!condition) {
            throw new DeviceException(why, otherwise);
        }
    }

    @Override
    public void close() {
        notifier.close();
    }
}
