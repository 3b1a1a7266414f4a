// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Page numbers whose frequency falls as 1 / rank^0.99, the ranks scattered over the pages: the method of Gray et al., SIGMOD 1994. */
final class Zipf {
    private static final double THETA = 0.99;
    private static final double ALPHA = 1 / (1 - THETA);
    private static final double TO_UNIT = 0x1p-53;

    /** Of the order in which ranks are scattered over the pages. */
    static final long PERMUTATION_SEED = 12_345;

    /** Of the numbers that are drawn. */
    static final long DRAW_SEED = 88_172_645_463_325_252L;

    private final int items;
    private final double zeta;
    private final double zetaOfTwo = 1 + Math.pow(0.5, THETA);
    private final double eta;

    Zipf(int items) {
        this.items = items;
        double sum = 0;
        for (int rank = 1; rank <= items; rank++) {
            sum += Math.pow(rank, -THETA);
        }
        zeta = sum;
        eta = (1 - Math.pow(2.0 / items, 1 - THETA)) / (1 - zetaOfTwo / zeta);
    }

    /** The rank, from 0, that a number from 0 to 1 stands for. */
    int rank(double u) {
        double scaled = u * zeta;
        if (scaled < 1) {
            return 0;
        }
        if (scaled < zetaOfTwo) {
            return 1;
        }
        return Math.min(items - 1, (int) (items * Math.pow(eta * u - eta + 1, ALPHA)));
    }

    /** As many pages as are asked for, the same ones each time. */
    int[] table(int length) {
        return table(length, DRAW_SEED);
    }

    /** The pages that one thread draws. */
    int[] table(int length, long seed) {
        int[] scattered = Shuffle.order(items, PERMUTATION_SEED);
        int[] table = new int[length];
        long s = seed;
        for (int i = 0; i < length; i++) {
            s = Shuffle.next(s);
            table[i] = scattered[rank((s >>> 11) * TO_UNIT)];
        }
        return table;
    }

    /** Writes a table so that the C loop can read it. */
    static void write(int[] table, Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(table.length * Integer.BYTES).order(ByteOrder.nativeOrder());
        bytes.asIntBuffer().put(table);
        Files.write(file, bytes.array());
    }
}
