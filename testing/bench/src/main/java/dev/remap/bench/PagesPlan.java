// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

/**
 * How much to measure of page caches.
 *
 * @param fileBytes of the data
 * @param dramBytes what each cache may have for pages
 * @param threads that read
 */
record PagesPlan(long fileBytes, long dramBytes, int threads, int warmUpMs, int measureMs) {
    /** Of that memory, what is read where every page is to be in it: what caches keep beside pages, or free, takes its part. */
    private static final int RESIDENT_SHARE = 2;

    private static final int FIELDS = 5;

    int residentPages() {
        return Math.toIntExact(dramBytes / RESIDENT_SHARE / DataFile.PAGE);
    }

    int pages() {
        return Math.toIntExact(fileBytes / DataFile.PAGE);
    }

    /** Where in its table a round begins, in eighths that follow each other nowhere. */
    int firstEntry(int round) {
        return (int) ((long) round * 5 % 8 * (AccessPattern.TABLE_LENGTH / 8));
    }

    /** For a process of its own; {@link #parse} reads it. */
    String words() {
        return fileBytes + "," + dramBytes + "," + threads + "," + warmUpMs + "," + measureMs;
    }

    static PagesPlan parse(String words) {
        String[] fields = words.split(",", FIELDS);
        return new PagesPlan(
                Long.parseLong(fields[0]),
                Long.parseLong(fields[1]),
                Integer.parseInt(fields[2]),
                Integer.parseInt(fields[3]),
                Integer.parseInt(fields[4]));
    }
}
