// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.FileIo;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/** A region's page words as the application may see them: states for advisory answers, without asking anybody. */
final class PageWords implements AutoCloseable {
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();
    private static final int WORDS_PER_FILE_PAGE = 512;

    private final SharedFile file;
    private final long pages;

    PageWords(int fd, long pages) throws RemapException {
        file = SharedFile.map(fd, (pages * Long.BYTES + 4095) & -4096L);
        this.pages = pages;
    }

    /** A page's word. */
    long get(long page) {
        return (long) WORD.getAcquire(file.memory(), page * Long.BYTES);
    }

    /** What is asked of a page. */
    interface Question {
        boolean isSo(long page, long word);
    }

    /** Of how many pages of a range something is so. Holes of the file are pages never touched, which are not asked about. */
    long count(long first, long count, Question question) {
        long end = Math.min(pages, first + count);
        long matches = 0;
        for (long page = nextTouched(first); page < end; page = nextTouched(page)) {
            long stop = Math.min(end, (page / WORDS_PER_FILE_PAGE + 1) * WORDS_PER_FILE_PAGE);
            for (; page < stop; page++) {
                matches += question.isSo(page, get(page)) ? 1 : 0;
            }
        }
        return matches;
    }

    private long nextTouched(long page) {
        if (page >= pages) {
            return pages;
        }
        long at = FileIo.lseek(file.fd(), page * Long.BYTES, FileIo.SEEK_DATA);
        return at < 0 ? pages : Math.max(page, at / Long.BYTES);
    }

    @Override
    public void close() {
        file.close();
    }
}
