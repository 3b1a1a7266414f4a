// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver;

import java.io.IOException;

/**
 * Existing files as the bottom of one region: each attached file lies at a range of the region's pages, page after page. Made by a
 * {@link BackingFilesOps}.
 *
 * <p><b>Threads.</b> All methods are thread-safe; {@link Tier.Fetcher}s are confined to one thread each. The core guarantees that no page
 * of a file is being fetched or stored when it is detached.
 *
 * <p><b>Changed files.</b> A file whose size, modification time or inode is not what it was, other than by {@link #storeAll}, is
 * <em>stale</em> for good: fetches and stores answer {@link Tier#STALE}. Bytes beyond the end of the file read as zeros and are not
 * written.
 */
public interface BackingFiles extends AutoCloseable {
    /** How a file is used. */
    enum Mode {
        /** Never written. */
        READ_ONLY,
        /** Changed pages are written back. */
        READ_WRITE
    }

    /**
     * Attaches a file.
     *
     * @param firstPage the page that {@code fileOffset} is at
     * @param fileOffset a multiple of 4096
     * @param bytes how many bytes of the file, more than 0, not beyond its end
     * @param fd a descriptor of the file, open for what the mode needs; taken over, also if this fails
     * @param direct whether to go around the page cache where the file system can
     * @throws IOException if the descriptor is not a regular file, or shorter than that; the message says what to do
     */
    void attach(long firstPage, long fileOffset, long bytes, int fd, Mode mode, boolean direct) throws IOException;

    /**
     * As {@link #attach}, for a file that a former manager had attached. One that is shorter than {@code bytes} by now is stale from the
     * start.
     *
     * @param changed whether it is known to have been changed by somebody else meanwhile: it is stale from the start
     */
    void adopt(long firstPage, long fileOffset, long bytes, int fd, Mode mode, boolean direct, boolean changed)
            throws IOException;

    /** The first page of the file that has this page, or the page itself if none has, or the file is about to be detached. */
    long firstPage(long page);

    /** The page after the last one of the file that has this page; else as {@link #firstPage}. */
    long endPage(long page);

    /**
     * Announces that the file at a page is about to be detached: the core fetches none of its pages from then on, but those it has
     * begun to. Nothing if there is none.
     */
    void startDetaching(long firstPage);

    /** Detaches the file at a page; closes its descriptors. Nothing if there is none. */
    void detach(long firstPage);

    /** A fetcher for one more thread: locations are ignored, the page says where. Closed with this. */
    Tier.Fetcher newFetcher();

    /**
     * Writes pages to their places, those of read-only files not at all; results are 0, {@link Tier#NO_CAPACITY} (disk full),
     * {@link Tier#IO_ERROR}, {@link Tier#STALE}.
     */
    void storeAll(PageBatch batch);

    /** Makes all stores so far to the file that has this page durable ({@code fdatasync}). 0, {@link Tier#IO_ERROR}, {@link Tier#STALE}. */
    long sync(long page);

    /** Whether the file that has this page is stale; looks at the file. */
    boolean isStale(long page);

    /** Detaches all. */
    @Override
    void close();
}
