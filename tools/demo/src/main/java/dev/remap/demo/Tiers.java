// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.util.List;
import java.util.stream.Stream;

/**
 * The memory below DRAM that a run uses.
 *
 * @param specs each a driver's name, perhaps with a colon and options, fastest first
 */
record Tiers(List<String> specs) {
    /** What a run uses unless told otherwise. */
    static final String DEFAULT = "zram,file";

    private static final double RATIO_WITH_FILE = 5;
    private static final double RATIO_ZSTD = 2.6;
    private static final double RATIO_LZ4 = 1.6;

    Tiers {
        specs = List.copyOf(specs);
    }

    /**
     * From a list divided by commas. What follows a comma and has an equals sign, but no driver's name, is a further option of the
     * driver before it: {@code file:direct=off,max=1G}.
     *
     * @throws IllegalArgumentException if it is empty, or names a driver that cannot hold the regions of the demonstration
     */
    static Tiers parse(String text) {
        List<String> specs =
                Stream.of(text.split(",(?![a-z]+=)", -1)).map(String::strip).toList();
        for (String spec : specs) {
            if (!List.of("zram", "file").contains(driver(spec))) {
                throw new IllegalArgumentException("'" + spec + "' is not a tier; there are zram, zram:zstd and file");
            }
        }
        return new Tiers(specs);
    }

    private static String driver(String spec) {
        return spec.replaceFirst(":.*", "");
    }

    /** Whether pages may go to a disk. */
    boolean spills() {
        return specs.stream().anyMatch(spec -> driver(spec).equals("file"));
    }

    /** Whether pages may stay in DRAM, compressed. */
    boolean compresses() {
        return specs.stream().anyMatch(spec -> driver(spec).equals("zram"));
    }

    /**
     * How many bytes of regions a byte of DRAM can serve. With a file any number would do. Without, all must fit compressed, beside pages
     * that are in use: measured on every seventh page at scale 1, before the pool's overhead, LZ4 makes them 2.8 times smaller
     * (extendedprice 1.5, shipdate 2.0, quantity 2.6) and zstd 6.8 times (2.6, 4.8, 7.7).
     */
    double regionToDram() {
        if (spills()) {
            return RATIO_WITH_FILE;
        }
        return specs.stream().anyMatch(spec -> spec.startsWith("zram:zstd")) ? RATIO_ZSTD : RATIO_LZ4;
    }

    String[] toArray() {
        return specs.toArray(String[]::new);
    }

    /** As it is typed. */
    @Override
    public String toString() {
        return String.join(",", specs);
    }
}
