// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import java.util.Locale;

/** Sizes as people write and read them: {@code 64m}, {@code 8.0 MiB}. */
final class Bytes {
    private static final String UNITS = "kmgt";

    private Bytes() {}

    static long parse(String text) {
        String digits = text.toLowerCase(Locale.ROOT);
        int unit = UNITS.indexOf(digits.charAt(digits.length() - 1));
        if (unit >= 0) {
            digits = digits.substring(0, digits.length() - 1);
        }
        return Math.multiplyExact(Long.parseLong(digits), 1L << (10 * (unit + 1)));
    }

    static String show(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        int unit = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
        return String.format(Locale.ROOT, "%.1f %siB", bytes / (double) (1L << (10 * unit)), "KMGTPE".charAt(unit - 1));
    }
}
