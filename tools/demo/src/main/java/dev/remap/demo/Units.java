// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Figures as people read them, and sizes as they type them. */
final class Units {
    private static final Pattern SIZE =
            Pattern.compile("([0-9]+(?:\\.[0-9]+)?)\\s*([kmgt]?)(?:i?b)?", Pattern.CASE_INSENSITIVE);
    private static final String PREFIXES = "kmgt";

    private Units() {}

    /** "123.3 MiB"; bytes below 1 KiB as they are. */
    static String bytes(long bytes) {
        if (bytes < 1 << 10) {
            return bytes + " B";
        }
        if (bytes < 1 << 20) {
            return format("%.1f KiB", bytes / 0x1p10);
        }
        return bytes < 10L << 30 ? format("%,.1f MiB", bytes / 0x1p20) : format("%,.1f GiB", bytes / 0x1p30);
    }

    /** "6,001,215". */
    static String count(long count) {
        return format("%,d", count);
    }

    /** "0 us" if there was nothing to time, else nanoseconds as microseconds or milliseconds with three digits or so. */
    static String time(long ns) {
        if (ns < 100_000) {
            return format("%.1f us", ns / 1e3);
        }
        return ns < 1_000_000 ? format("%.0f us", ns / 1e3) : format("%,.1f ms", ns / 1e6);
    }

    /** "12.3 s", "0.214 s". */
    static String seconds(double seconds) {
        return format(seconds < 1 ? "%.3f s" : "%,.1f s", seconds);
    }

    /** "2.6 : 1". */
    static String ratio(double ratio) {
        return format("%.1f : 1", ratio);
    }

    /** Bytes a second: "168 MiB/s". */
    static String rate(long bytes, double seconds) {
        return seconds <= 0 ? "-" : format("%,.0f MiB/s", bytes / 0x1p20 / seconds);
    }

    /**
     * The bytes meant by "134217728", "128m", "1.5G" or "64 MiB"; prefixes are powers of 1,024.
     *
     * @throws IllegalArgumentException if it is none of these, or more than a long holds
     */
    static long parseBytes(String text) {
        Matcher matcher = SIZE.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a size; write bytes, or a number with k, m or g: 128m");
        }
        int power = 1 + PREFIXES.indexOf(matcher.group(2).toLowerCase(Locale.ROOT));
        long unit = matcher.group(2).isEmpty() ? 1 : 1L << (10 * power);
        BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
        if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("'" + text + "' is more than an address space");
        }
        return bytes.setScale(0, RoundingMode.DOWN).longValueExact();
    }

    /** {@link String#format} that writes 1,234.5 wherever it runs. */
    @SuppressWarnings("AnnotateFormatMethod") // the annotation is in a jar that nothing else here needs
    static String format(String pattern, Object... arguments) {
        return String.format(Locale.ROOT, pattern, arguments);
    }
}
