// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The files of a region, ordered by page; immutable. A change makes another, which costs a copy; a look-up is a binary search that
 * allocates nothing and sees one state.
 */
final class AttachedFiles {
    static final AttachedFiles NONE = new AttachedFiles(new long[0], new AttachedFile[0]);

    private final long[] firstPages;
    private final AttachedFile[] files;

    private AttachedFiles(long[] firstPages, AttachedFile[] files) {
        this.firstPages = firstPages;
        this.files = files;
    }

    int size() {
        return files.length;
    }

    AttachedFile get(int i) {
        return files[i];
    }

    /** The file that has a page, or null. */
    @Nullable
    AttachedFile find(long page) {
        int at = floor(page);
        return at >= 0 && files[at].has(page) ? files[at] : null;
    }

    /** Whether any page from {@code first} to below {@code end} has a file. */
    boolean hasAny(long first, long end) {
        int at = floor(end - 1);
        return at >= 0 && (firstPages[at] >= first || files[at].has(first));
    }

    AttachedFiles with(AttachedFile file) {
        int at = floor(file.firstPage()) + 1;
        long[] pages = new long[files.length + 1];
        AttachedFile[] more = Arrays.copyOf(files, files.length + 1);
        System.arraycopy(firstPages, 0, pages, 0, at);
        System.arraycopy(firstPages, at, pages, at + 1, files.length - at);
        System.arraycopy(files, at, more, at + 1, files.length - at);
        pages[at] = file.firstPage();
        more[at] = file;
        return new AttachedFiles(pages, more);
    }

    AttachedFiles without(AttachedFile file) {
        int at = floor(file.firstPage());
        long[] pages = new long[files.length - 1];
        AttachedFile[] fewer = Arrays.copyOf(files, files.length - 1);
        System.arraycopy(firstPages, 0, pages, 0, at);
        System.arraycopy(firstPages, at + 1, pages, at, fewer.length - at);
        System.arraycopy(files, at + 1, fewer, at, fewer.length - at);
        return new AttachedFiles(pages, fewer);
    }

    /** The last file that begins at or before a page, or -1. */
    private int floor(long page) {
        int found = Arrays.binarySearch(firstPages, page);
        return found >= 0 ? found : -found - 2;
    }
}
