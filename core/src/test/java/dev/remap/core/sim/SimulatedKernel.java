// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.sim;

import dev.remap.linux.Errno;
import dev.remap.linux.Mmap;
import dev.remap.linux.Userfaultfd;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * What a kernel does with a shared memfd that is registered MISSING | MINOR | WP: page cache, page-table entries with write-protect
 * markers and poison, threads that wait in faults. Every rule was seen on Linux 6.18. Its own rule is only
 * that each operation is atomic.
 */
@NullUnmarked // holes of the page cache are null entries
public final class SimulatedKernel {
    public static final int PAGE = 4096;

    private static final long WATCHDOG_MS = 20_000;

    private final long base;
    private final byte[][] cache;
    private final boolean[] mapped;
    private final boolean[] markedProtected;
    private final boolean[] poisoned;
    private final List<Fault> waiting = new ArrayList<>();
    private final ArrayDeque<Fault> pending = new ArrayDeque<>();
    private final List<String> log = new ArrayList<>();
    private final Map<String, Runnable> before = new HashMap<>();
    private final Map<String, Runnable> after = new HashMap<>();
    private final Map<String, LongSupplier> refusals = new HashMap<>();
    private long memoryPages = Long.MAX_VALUE;
    private long cached;
    private boolean logging = true;

    /** A thread that waits in a fault. */
    public static final class Fault {
        public final long address;
        public final long flags;
        private boolean woken;
        private boolean read;

        private Fault(long address, long flags) {
            this.address = address;
            this.flags = flags;
        }
    }

    /** A touch of a poisoned page. */
    public static final class PoisonedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PoisonedException(long page) {
            super("page " + page + " is poisoned");
        }
    }

    /** {@code pages} empty pages at an address of the application's. */
    public SimulatedKernel(long base, int pages) {
        this.base = base;
        cache = new byte[pages][];
        mapped = new boolean[pages];
        markedProtected = new boolean[pages];
        poisoned = new boolean[pages];
    }

    public long base() {
        return base;
    }

    /** Lets copies fail with ENOMEM beyond so many pages. */
    public synchronized void limitMemory(long pages) {
        memoryPages = pages;
    }

    /** Runs something once, before the next operation of a name. */
    public synchronized void before(String operation, Runnable hook) {
        before.put(operation, hook);
    }

    /** Runs something once, after the next operation of a name. */
    public synchronized void after(String operation, Runnable hook) {
        after.put(operation, hook);
    }

    /** Makes an operation answer what {@code answer} says, an -errno, without doing anything; where it says 0 it works. */
    public synchronized void refuse(String operation, LongSupplier answer) {
        refusals.put(operation, answer);
    }

    /** Wakes who waits for a page. */
    public synchronized void wakeNow(long page) {
        wakeAll(base + page * PAGE, PAGE);
    }

    /** Writes a long as a device does through pinned pages: whatever the mapping says. False if there is no page. */
    public synchronized boolean deviceWrite(long address, long value) {
        int p = page(address);
        if (cache[p] == null) {
            return false;
        }
        longs(p).set(ValueLayout.JAVA_LONG_UNALIGNED, address % PAGE, value);
        return true;
    }

    /** Writes a page behind everybody's back, as {@code pwrite} on the memfd does. */
    public synchronized void writeFile(long page, byte[] content) {
        cached += cache[(int) page] == null ? 1 : 0;
        cache[(int) page] = content.clone();
    }

    /** The operations so far, as {@code name page+pages}; clears the log. */
    public synchronized List<String> takeLog() {
        List<String> taken = List.copyOf(log);
        log.clear();
        return taken;
    }

    public synchronized void stopLogging() {
        logging = false;
    }

    // ---- the application

    /** A touch that does not wait: the fault it raises, or null if there is none. */
    public synchronized @Nullable Fault touch(long page, boolean write) {
        int p = (int) page;
        if (poisoned[p]) {
            throw new PoisonedException(page);
        }
        if (mapped[p] && !(write && markedProtected[p])) {
            return null;
        }
        long kind = mapped[p] ? Userfaultfd.UFFD_PAGEFAULT_FLAG_WP : 0;
        kind |= !mapped[p] && cache[p] != null ? Userfaultfd.UFFD_PAGEFAULT_FLAG_MINOR : 0;
        Fault fault = new Fault(base + page * PAGE, kind | (write ? Userfaultfd.UFFD_PAGEFAULT_FLAG_WRITE : 0));
        waiting.add(fault);
        pending.add(fault);
        notifyAll();
        return fault;
    }

    /** A touch that does not wait and must raise a fault. */
    public synchronized Fault fault(long page, boolean write) {
        return Objects.requireNonNull(touch(page, write), () -> "no fault on " + describe(page));
    }

    /** Reads a long, waiting in faults as a thread does. */
    public synchronized long read(long address) throws InterruptedException {
        awaitAccess(address, false);
        return longs(page(address)).get(ValueLayout.JAVA_LONG_UNALIGNED, address % PAGE);
    }

    /** Writes a long, waiting in faults as a thread does. */
    public synchronized void write(long address, long value) throws InterruptedException {
        awaitAccess(address, true);
        longs(page(address)).set(ValueLayout.JAVA_LONG_UNALIGNED, address % PAGE, value);
    }

    private void awaitAccess(long address, boolean write) throws InterruptedException {
        Fault fault = touch(page(address), write);
        while (fault != null) {
            long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WATCHDOG_MS);
            while (!fault.woken) {
                wait(1_000);
                if (!fault.woken && System.nanoTime() > endNs) {
                    throw new AssertionError("lost wake-up: " + describe(page(address)) + ", event "
                            + (fault.read ? "read" : "not read"));
                }
            }
            fault = touch(page(address), write);
        }
    }

    /** The next fault nobody has read yet, or null after a time. */
    public synchronized @Nullable Fault nextFault(long timeoutMs) throws InterruptedException {
        long deadlineNs = System.nanoTime() + timeoutMs * 1_000_000;
        long leftMs = timeoutMs;
        while (pending.isEmpty() && leftMs > 0) {
            wait(leftMs);
            leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
        }
        Fault fault = pending.poll();
        if (fault != null) {
            fault.read = true;
        }
        return fault;
    }

    /** Whether a thread waits for the page. */
    public synchronized boolean isWaiting(long page) {
        return waiting.stream().anyMatch(fault -> page(fault.address) == page);
    }

    /** Takes pages out of the page tables, as MADV_DONTNEED of the application or MADV_PAGEOUT without swap do. */
    public synchronized void zap(long start, long length) {
        for (int p = page(start); p < page(start + length); p++) {
            mapped[p] = false;
            poisoned[p] = false;
        }
        note("zap", start, length);
    }

    // ---- what there is

    /** How many pages the memory has. */
    public long pages() {
        return cache.length;
    }

    public synchronized boolean isCached(long page) {
        return cache[(int) page] != null;
    }

    public synchronized boolean isMapped(long page) {
        return mapped[(int) page];
    }

    /** Write-protected if mapped, else marked. */
    public synchronized boolean isProtected(long page) {
        return markedProtected[(int) page];
    }

    public synchronized boolean isWritable(long page) {
        return mapped[(int) page] && !markedProtected[(int) page];
    }

    public synchronized boolean isPoisoned(long page) {
        return poisoned[(int) page];
    }

    public synchronized long cachedPages() {
        return cached;
    }

    /** The first long of a cached page. */
    public synchronized long value(long page) {
        return longs((int) page).get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    }

    public synchronized String describe(long page) {
        int p = (int) page;
        return "page " + page + (cache[p] != null ? " cached" : " hole") + (mapped[p] ? " mapped" : "")
                + (markedProtected[p] ? " protected" : "") + (poisoned[p] ? " poisoned" : "");
    }

    // ---- the manager

    long copy(long target, long source, long length, boolean protect, boolean wake) {
        return operation("copy", target, length, () -> {
            long done = forEach(target, length, p -> fill(p, source + (long) (p - page(target)) * PAGE, protect));
            if (wake && done > 0) {
                wakeAll(target, done);
            }
            return done;
        });
    }

    private int fill(int p, long source, boolean protect) {
        if (cache[p] != null || mapped[p]) {
            return -Errno.EEXIST;
        }
        if (cached >= memoryPages) {
            return -Errno.ENOMEM;
        }
        cache[p] = Mmap.segment(source, PAGE).toArray(ValueLayout.JAVA_BYTE);
        cached++;
        enter(p, protect);
        return 0;
    }

    long map(long start, long length, boolean protect) {
        return operation("map", start, length, () -> {
            long done = forEach(start, length, p -> {
                if (mapped[p]) {
                    return -Errno.EEXIST;
                }
                if (cache[p] == null) {
                    return -Errno.EFAULT;
                }
                enter(p, protect);
                return 0;
            });
            if (done > 0) {
                wakeAll(start, done);
            }
            return done;
        });
    }

    long protect(long start, long length) {
        return operation("protect", start, length, () -> {
            forEach(start, length, p -> mark(p, true));
            return 0;
        });
    }

    long unprotect(long start, long length) {
        return operation("unprotect", start, length, () -> {
            forEach(start, length, p -> mark(p, false));
            wakeAll(start, length);
            return 0;
        });
    }

    long poison(long start, long length) {
        return operation("poison", start, length, () -> {
            long done = forEach(start, length, p -> {
                if (mapped[p] || markedProtected[p] || poisoned[p]) {
                    return -Errno.EEXIST;
                }
                poisoned[p] = true;
                return 0;
            });
            if (done > 0) {
                wakeAll(start, done);
            }
            return done;
        });
    }

    long wake(long start, long length) {
        return operation("wake", start, length, () -> {
            wakeAll(start, length);
            return 0;
        });
    }

    long readCache(int first, int pages, long target) {
        return operation("read", base + (long) first * PAGE, (long) pages * PAGE, () -> {
            MemorySegment to = Mmap.segment(target, (long) pages * PAGE);
            for (int i = 0; i < pages; i++) {
                MemorySegment slice = to.asSlice((long) i * PAGE, PAGE);
                byte[] content = cache[first + i];
                if (content == null) {
                    slice.fill((byte) 0);
                } else {
                    slice.copyFrom(MemorySegment.ofArray(content));
                }
            }
            return 0;
        });
    }

    /** Reads or writes a part of one page; a hole that is written becomes a page. */
    long accessCache(int page, long offset, long length, long address, boolean write) {
        return operation(write ? "write" : "read", base + (long) page * PAGE, PAGE, () -> {
            byte[] bytes = cache[page] == null ? new byte[PAGE] : cache[page];
            if (write && cache[page] == null) {
                cache[page] = bytes;
                cached++;
            }
            MemorySegment content = MemorySegment.ofArray(bytes).asSlice(offset, length);
            MemorySegment outside = Mmap.segment(address, length);
            if (write) {
                content.copyFrom(outside);
            } else {
                outside.copyFrom(content);
            }
            return 0;
        });
    }

    /** Also leaves the markers of protected pages, and wakes nobody. */
    public long punch(int first, int pages) {
        return operation("punch", base + (long) first * PAGE, (long) pages * PAGE, () -> {
            for (int p = first; p < first + pages; p++) {
                cached -= cache[p] == null ? 0 : 1;
                cache[p] = null;
                mapped[p] = false;
            }
            return 0;
        });
    }

    private interface Operation {
        long run();
    }

    private long operation(String name, long start, long length, Operation operation) {
        hook(before, name);
        long result;
        synchronized (this) {
            if (start < base || start + length > base + (long) cache.length * PAGE) {
                return name.equals("wake") ? 0 : -Errno.ENOENT;
            }
            note(name, start, length);
            long refusal = refusals.getOrDefault(name, () -> 0).getAsLong();
            result = refusal < 0 ? refusal : operation.run();
        }
        hook(after, name);
        return result;
    }

    private void hook(Map<String, Runnable> hooks, String name) {
        Runnable hook;
        synchronized (this) {
            hook = hooks.remove(name);
        }
        if (hook != null) {
            hook.run();
        }
    }

    private interface OnPage {
        int apply(int page);
    }

    /** The bytes done before the first page that refused, or its -errno if it was the first. */
    private long forEach(long start, long length, OnPage onPage) {
        for (long at = start; at < start + length; at += PAGE) {
            int result = onPage.apply(page(at));
            if (result < 0) {
                return at == start ? result : at - start;
            }
        }
        return length;
    }

    private void enter(int p, boolean protect) {
        mapped[p] = true;
        markedProtected[p] = protect;
        poisoned[p] = false;
    }

    private int mark(int p, boolean protect) {
        if (!poisoned[p]) {
            markedProtected[p] = protect;
        }
        return 0;
    }

    private void wakeAll(long start, long length) {
        for (Fault fault : List.copyOf(waiting)) {
            if (fault.address >= start && fault.address < start + length) {
                fault.woken = true;
                waiting.remove(fault);
                pending.remove(fault);
            }
        }
        notifyAll();
    }

    private void note(String name, long start, long length) {
        if (logging) {
            log.add(name + " " + page(start) + "+" + length / PAGE);
        }
    }

    private int page(long address) {
        return (int) ((address - base) / PAGE);
    }

    private MemorySegment longs(int page) {
        return MemorySegment.ofArray(cache[page]);
    }
}
