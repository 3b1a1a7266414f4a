// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.util.Locale;

/** {@link String#format} that writes 1,234.5 wherever it runs. */
final class Format {
    private Format() {}

    @SuppressWarnings("AnnotateFormatMethod") // the annotation is in a jar that nothing else here needs
    static String of(String pattern, Object... arguments) {
        return String.format(Locale.ROOT, pattern, arguments);
    }
}
