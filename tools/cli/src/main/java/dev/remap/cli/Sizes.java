// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import java.util.Locale;

/** Bytes as people read them. */
final class Sizes {
    private Sizes() {}

    /** "23.5 GiB", "512.0 MiB"; "not known" if negative. */
    static String text(long bytes) {
        if (bytes < 0) {
            return "not known";
        }
        if (bytes < 1L << 30) {
            return String.format(Locale.ROOT, "%.1f MiB", bytes / 0x1p20);
        }
        return String.format(Locale.ROOT, "%,.1f GiB", bytes / 0x1p30);
    }
}
