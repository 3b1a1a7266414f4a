// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.linux.Mmap;
import dev.remap.wire.PageWord;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * A region's page words, in a sparse memfd. The only place that changes a page's state; every change is a compare-and-set of the whole
 * word, except by the owner of a {@code LOCKED} word, who stores it with release.
 *
 * <p>Why a page is locked while it is mapped: reclaim takes a page by PRESENT to DEMOTING and then write-protects it. A fault that read
 * PRESENT before and maps the page after would erase that protection, and writes made through it would be lost. Locked words cannot
 * start to demote.
 *
 * <p>Thread-safe; never blocks; allocates nothing.
 */
public final class PageTable implements AutoCloseable {
    /** What {@link #lock} and the like answer when the word was no longer the expected one. State 7 is in no valid word. */
    public static final long NOT_TAKEN = -1L;

    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();
    private static final long WORD_BYTES = Long.BYTES;

    private final long pages;
    private final int fd;
    private final MemorySegment words;

    /** A table of {@code pages} words of zero: every page is empty. */
    public PageTable(String regionName, long pages) throws IOException {
        this.pages = pages;
        long bytes = roundUp(pages * WORD_BYTES);
        long descriptor = Memfd.createFixed("remap-words-" + regionName, bytes);
        if (descriptor < 0) {
            throw new IOException("memfd_create for " + pages + " page words: " + Errno.name(descriptor));
        }
        fd = (int) descriptor;
        words = map(fd, bytes);
    }

    private PageTable(long pages, int fd) throws IOException {
        this.pages = pages;
        this.fd = fd;
        words = map(fd, roundUp(pages * WORD_BYTES));
    }

    /** The table that a former manager has left in a memfd, which is taken over. */
    public static PageTable adopt(long pages, int fd) throws IOException {
        return new PageTable(pages, fd);
    }

    private static MemorySegment map(int fd, long bytes) throws IOException {
        long address =
                Mmap.map(0, bytes, Mmap.PROT_READ | Mmap.PROT_WRITE, Mmap.MAP_SHARED | Mmap.MAP_NORESERVE, fd, 0);
        if (address < 0) {
            FileIo.close(fd);
            throw new IOException("mmap of " + bytes + " bytes of page words: " + Errno.name(address));
        }
        return Mmap.segment(address, bytes);
    }

    /** The number of pages. */
    public long pages() {
        return pages;
    }

    /** The memfd that holds the words. Owned by this table. */
    public int fd() {
        return fd;
    }

    /** The word of a page; pairs with the release of every change. */
    public long get(long page) {
        return (long) WORD.getAcquire(words, page * WORD_BYTES);
    }

    /** Takes a page whose word still is {@code word}, in any state but LOCKED and PUNCHING; answers the locked word. */
    public long lock(long page, long word) {
        return change(page, word, PageWord.next(word, PageWord.LOCKED));
    }

    /** The owner gives up: nothing was brought in, tier and location stay. */
    public void unlockAbsent(long page, long locked) {
        store(page, locked, PageWord.next(locked, PageWord.ABSENT));
    }

    /** The owner has freed the page and its copy below: it reads as zeros. */
    public void unlockEmpty(long page, long locked) {
        store(page, locked, PageWord.next(locked, PageWord.ABSENT, PageWord.TIER_NONE, 0));
    }

    /**
     * The owner gives up the copy below and goes on owning the page, which is zeros from now on; answers the new locked word.
     *
     * @param zeros the tier that says so
     */
    public long forgetCopy(long page, long locked, int zeros) {
        return forgetCopy(page, locked, zeros, 0);
    }

    /** The owner gives up the copy below, which is lost, and goes on owning the page; answers the new locked word. */
    public long loseCopy(long page, long locked) {
        return forgetCopy(page, locked, PageWord.TIER_NONE, PageWord.LOST);
    }

    private long forgetCopy(long page, long locked, int tier, long location) {
        long next = PageWord.next(locked, PageWord.LOCKED, tier, location);
        store(page, locked, next);
        return next;
    }

    /** The owner has brought the page to a device's memory, which the CPU cannot touch. */
    public void unlockMoved(long page, long locked, long pfn) {
        unlockAbsent(page, locked, PageWord.TIER_DEVICE, pfn);
    }

    /** The owner has found, or put, the page in another place than the word said. */
    public void unlockAbsent(long page, long locked, int tier, long location) {
        store(page, locked, PageWord.next(locked, PageWord.ABSENT, tier, location));
    }

    /** The owner has mapped a page that was PRESENT or DEMOTING: if it was lent to a device, it still is. */
    public void unlockResident(long page, long locked) {
        store(page, locked, PageWord.next(locked, PageWord.PRESENT));
    }

    /** The page is in DRAM and writable, in a frame that is a device's from now on. */
    public void unlockLent(long page, long locked, long pfn) {
        store(page, locked, PageWord.next(locked, PageWord.PRESENT, PageWord.TIER_DEVICE, pfn));
    }

    /** The owner has brought the page in writable; its copy below is no longer named. */
    public void unlockPresent(long page, long locked) {
        store(page, locked, PageWord.next(locked, PageWord.PRESENT, PageWord.TIER_NONE, 0));
    }

    /** The owner has brought the page in write-protected; tier and location stay valid. */
    public void unlockClean(long page, long locked) {
        store(page, locked, PageWord.next(locked, PageWord.CLEAN));
    }

    /** The owner could not bring the page in; tier and location stay, for a repair. */
    public void unlockFailed(long page, long locked) {
        store(page, locked, PageWord.next(locked, PageWord.FAILED));
    }

    /** Reclaim takes a dirty victim; answers the new word. */
    public long beginDemote(long page, long word) {
        return change(page, word, PageWord.next(word, PageWord.DEMOTING));
    }

    /** Reclaim gives the victim back. False if a touch has taken it already. */
    public boolean revertDemote(long page, long demoting) {
        return change(page, demoting, PageWord.next(demoting, PageWord.PRESENT)) != NOT_TAKEN;
    }

    /** The copy at {@code location} is complete and becomes the truth; answers the new word. */
    public long publish(long page, long demoting, int tier, long location) {
        return change(page, demoting, PageWord.next(demoting, PageWord.PUNCHING, tier, location));
    }

    /** A clean victim's copy below becomes the truth; answers the new word. */
    public long publishClean(long page, long clean) {
        return change(page, clean, PageWord.next(clean, PageWord.PUNCHING));
    }

    /** The published page has been punched out of the memfd. */
    public void completePunch(long page, long punching) {
        store(page, punching, PageWord.next(punching, PageWord.ABSENT));
    }

    /** The published page could not be punched; it is as a clean one. */
    public void abortPunch(long page, long punching) {
        store(page, punching, PageWord.next(punching, PageWord.CLEAN));
    }

    /** A tier has copied what is at {@code from} to {@code to}. False if the page is not, or not only, there. */
    public boolean relocate(long page, int tier, long from, long to) {
        long word = get(page);
        int state = PageWord.state(word);
        boolean movable = state == PageWord.ABSENT || state == PageWord.CLEAN;
        return movable
                && PageWord.tier(word) == tier
                && PageWord.location(word) == from
                && change(page, word, PageWord.next(word, state, tier, to)) != NOT_TAKEN;
    }

    /**
     * The copy of a page whose word still is {@code word}, ABSENT or CLEAN, has been stored in another tier as well, which is the one
     * named from now on. False if the word has changed.
     */
    public boolean moveCopy(long page, long word, int tier, long location) {
        return change(page, word, PageWord.next(word, PageWord.state(word), tier, location)) != NOT_TAKEN;
    }

    /**
     * At a takeover, before anybody else uses the table: gives a page the state that follows from where it is; answers the new word.
     * One that becomes {@code PRESENT}, or is lost for good, names no copy any more.
     */
    public long takeOver(long page, int state) {
        long word = get(page);
        assert PageTransition.existsAtTakeover(PageWord.state(word), state)
                : "page " + page + ": no takeover of " + PageWord.describe(word) + " as state " + state;
        long next = state == PageWord.ABSENT
                ? PageWord.next(word, state)
                : PageWord.next(word, state, PageWord.TIER_NONE, state == PageWord.FAILED ? PageWord.LOST : 0);
        WORD.setVolatile(words, page * WORD_BYTES, next);
        return next;
    }

    /** At a takeover: the copy of an absent page is lost, and another is named in its place; answers the new word. */
    public long takeOverCopy(long page, int tier, long location) {
        long word = get(page);
        assert PageTransition.existsAtTakeover(PageWord.state(word), PageWord.ABSENT)
                : "page " + page + ": no takeover of " + PageWord.describe(word) + " with another copy";
        long next = PageWord.next(word, PageWord.ABSENT, tier, location);
        WORD.setVolatile(words, page * WORD_BYTES, next);
        return next;
    }

    /**
     * The first page at or after {@code page} whose word may not be zero, or {@code pages()} if there is none: skips holes of the
     * sparse file without reading, and so allocating, them.
     */
    public long nextTouched(long page) {
        if (page >= pages) {
            return pages;
        }
        long at = FileIo.lseek(fd, page * WORD_BYTES, FileIo.SEEK_DATA);
        return at < 0 ? pages : Math.min(pages, Math.max(page, at / WORD_BYTES));
    }

    @Override
    public void close() {
        Mmap.unmap(words.address(), words.byteSize());
        FileIo.close(fd);
    }

    private long change(long page, long word, long next) {
        assert PageTransition.exists(PageWord.state(word), PageWord.state(next)) : illegal(page, word, next);
        CrashPoints.before(PageWord.state(word), PageWord.state(next));
        if (!WORD.compareAndSet(words, page * WORD_BYTES, word, next)) {
            return NOT_TAKEN;
        }
        CrashPoints.after(PageWord.state(word), PageWord.state(next));
        return next;
    }

    private void store(long page, long word, long next) {
        assert PageTransition.exists(PageWord.state(word), PageWord.state(next)) : illegal(page, word, next);
        assert get(page) == word
                : "page " + page + " is owned, yet " + PageWord.describe(get(page)) + " is not "
                        + PageWord.describe(word);
        CrashPoints.before(PageWord.state(word), PageWord.state(next));
        WORD.setRelease(words, page * WORD_BYTES, next);
        CrashPoints.after(PageWord.state(word), PageWord.state(next));
    }

    private static String illegal(long page, long word, long next) {
        return "page " + page + ": no transition from " + PageWord.describe(word) + " to " + PageWord.describe(next);
    }

    private static long roundUp(long bytes) {
        return (bytes + 4095) & -4096L;
    }
}
