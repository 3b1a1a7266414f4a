// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** "64K", "512M", "2G" and "1T", in bytes. */
final class ByteSize implements ITypeConverter<Long> {
    private static final String UNITS = "KMGT";
    private static final Pattern SIZE = Pattern.compile("(\\d{1,6})([KMGT])");

    @Override
    public Long convert(String text) {
        Matcher matcher = SIZE.matcher(text.toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text + "' is not a size such as 512M or 2G");
        }
        return Long.parseLong(matcher.group(1)) << (10 * (1 + UNITS.indexOf(matcher.group(2))));
    }

    /** "64 KiB", "1 TiB": in the largest unit of which it is a whole number; a multiple of 1 KiB. */
    static String words(long bytes) {
        long value = bytes >> 10;
        int unit = 0;
        while (value % 1024 == 0 && unit < UNITS.length() - 1) {
            value /= 1024;
            unit++;
        }
        return Format.of("%d %ciB", value, UNITS.charAt(unit));
    }
}
