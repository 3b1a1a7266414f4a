// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.policy;

import java.util.Arrays;

/** Marks in an array, for tests whose page ids are small. */
final class ArrayMarks implements PageMarks {

    private final byte[] marks;

    ArrayMarks(int pages) {
        marks = new byte[pages];
    }

    @Override
    public int get(long page) {
        return marks[Math.toIntExact(page)] & 0xFF;
    }

    @Override
    public void set(long page, int mark) {
        assert mark >= 0 && mark <= 0xFF : mark;
        marks[Math.toIntExact(page)] = (byte) mark;
    }

    /** As the owner of a closed region does. */
    void drop(int from, int to) {
        Arrays.fill(marks, from, to, (byte) 0);
    }

    /** Pages from {@code from} to {@code to} whose mark is not 0. */
    int marked(int from, int to) {
        int marked = 0;
        for (int page = from; page < to; page++) {
            marked += marks[page] != 0 ? 1 : 0;
        }
        return marked;
    }
}
