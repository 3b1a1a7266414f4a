// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import dev.remap.driver.BackingFiles;
import dev.remap.driver.PageBatch;
import dev.remap.driver.Tier;
import dev.remap.linux.FileIo;
import dev.remap.linux.FileStat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Existing files as the bottom of one region. Each is held by its descriptor; its
 * names do not matter: a file that is deleted, or replaced by another of the same name, stays what it was and is not stale.
 *
 * <p><b>What staleness can miss.</b> A file is looked at before each store, and after each batch of fetches. Not noticed is a change that
 * leaves the size and falls between the look before a store and the one after it, whose modification time is taken for our own; one
 * within the same tick of the file system's clock (a few milliseconds) as the last look; one through somebody's mapping until the kernel
 * moves the modification time, at the latest at write-back; and a modification time that was set back. A file that shrinks between the
 * look and the write is extended again by the write, and stale from then on. Where a server sets the times, as on NFS, an own write may
 * be taken for somebody else's.
 *
 * <p>A file may be attached at several places, of one region or of several in this process: they share what is known of it, so that stores
 * through one do not make the others stale. Stores by another process are somebody else's changes.
 *
 * <p>Stores are carried out one batch at a time, whichever threads they come from. A page without a file is answered
 * {@link Tier#IO_ERROR}. One of a file that is read only is answered 0 and not written: a pin may have made it look changed.
 */
final class ExistingFiles implements BackingFiles {
    private final String regionName;
    private final long regionPages;
    private final IoKind io;
    private final ExistingWriter writer;
    private final List<ExistingFetcher> fetchers = new ArrayList<>();
    private volatile AttachedFiles files = AttachedFiles.NONE;
    private boolean closed;

    ExistingFiles(String regionName, long regionPages, IoKind io) {
        this.regionName = regionName;
        this.regionPages = regionPages;
        this.io = io;
        writer = new ExistingWriter(this, io.open(IoPipe.DEPTH));
    }

    @Override
    public void attach(long firstPage, long fileOffset, long bytes, int fd, Mode mode, boolean direct)
            throws IOException {
        AttachedFile.Place place = new AttachedFile.Place(firstPage, fileOffset, bytes);
        String problem = problem(place);
        if (problem != null) {
            FileIo.close(fd);
            throw new IllegalArgumentException("region " + regionName + ": " + problem);
        }
        add(AttachedFile.open(place, fd, mode, direct), place);
    }

    @Override
    public void adopt(long firstPage, long fileOffset, long bytes, int fd, Mode mode, boolean direct, boolean changed)
            throws IOException {
        AttachedFile.Place place = new AttachedFile.Place(firstPage, fileOffset, bytes);
        add(AttachedFile.adopt(place, fd, mode, direct, changed), place);
    }

    private void add(AttachedFile file, AttachedFile.Place place) throws IOException {
        if (!tryAdd(file, place)) {
            file.close();
            throw new IOException("region " + regionName + " is closed, or has a file among pages " + place.firstPage()
                    + " to " + (place.endPage() - 1) + "; detach it first");
        }
    }

    private @Nullable String problem(AttachedFile.Place place) {
        if (place.bytes() <= 0 || place.fileOffset() < 0 || place.fileOffset() % RawMemory.PAGE_BYTES != 0) {
            return place.bytes() + " bytes from " + place.fileOffset()
                    + ": not more than 0, or not from a multiple of 4096";
        }
        if (place.firstPage() < 0 || place.firstPage() >= regionPages || place.endPage() > regionPages) {
            return "page " + place.firstPage() + " and " + place.bytes() + " bytes are not inside its " + regionPages
                    + " pages";
        }
        return null;
    }

    private synchronized boolean tryAdd(AttachedFile file, AttachedFile.Place place) {
        if (closed || files.hasAny(place.firstPage(), place.endPage())) {
            return false;
        }
        files = files.with(file);
        return true;
    }

    @Override
    public long firstPage(long page) {
        AttachedFile file = files.find(page);
        return file == null || file.isDetaching() ? page : file.firstPage();
    }

    @Override
    public long endPage(long page) {
        AttachedFile file = files.find(page);
        return file == null || file.isDetaching() ? page : file.endPage();
    }

    @Override
    public void startDetaching(long firstPage) {
        AttachedFile file = files.find(firstPage);
        if (file != null && file.firstPage() == firstPage) {
            file.startDetaching();
        }
    }

    @Override
    public synchronized void detach(long firstPage) {
        AttachedFile file = files.find(firstPage);
        if (file != null && file.firstPage() == firstPage) {
            files = files.without(file);
            file.close();
        }
    }

    @Override
    public synchronized Tier.Fetcher newFetcher() {
        ExistingFetcher fetcher = new ExistingFetcher(this, io.open(IoPipe.DEPTH));
        fetchers.add(fetcher);
        return fetcher;
    }

    @Override
    public void storeAll(PageBatch batch) {
        writer.storeAll(batch);
    }

    @Override
    public long sync(long page) {
        AttachedFile file = files.find(page);
        return file == null ? Tier.IO_ERROR : file.sync(new FileStat());
    }

    @Override
    public boolean isStale(long page) {
        AttachedFile file = files.find(page);
        return file != null && file.isStaleUnlessClosed(new FileStat());
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        fetchers.forEach(ExistingFetcher::close);
        writer.close();
        AttachedFiles last = files;
        files = AttachedFiles.NONE;
        for (int i = 0; i < last.size(); i++) {
            last.get(i).close();
        }
    }

    /** The file that has a page, or null. Any thread. */
    @Nullable
    AttachedFile find(long page) {
        return files.find(page);
    }
}
