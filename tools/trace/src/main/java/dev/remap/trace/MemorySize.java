// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A memory, as bytes or as a part of all pages of a trace.
 *
 * @param pages pages of 4 KiB, or 0
 * @param percent of the trace's pages, where {@code pages} is 0
 */
record MemorySize(long pages, double percent) {
    private static final long PAGE = 4096;
    private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)([%KMGT])");

    static MemorySize ofPages(long pages) {
        return new MemorySize(pages, 0);
    }

    static MemorySize ofPercent(double percent) {
        return new MemorySize(0, percent);
    }

    /** The pages of it, at least one. */
    long pages(Trace trace) {
        return pages > 0
                ? pages
                : Math.max(1, Math.round((double) trace.distinctPages() * trace.oneIn() * percent / 100));
    }

    /** {@code 64M}, {@code 1.5G}, {@code 10%}. */
    static final class Converter implements ITypeConverter<MemorySize> {
        @Override
        public MemorySize convert(String text) {
            Matcher matcher = FORM.matcher(text.toUpperCase(Locale.ROOT));
            if (!matcher.matches()) {
                throw new TypeConversionException("\"" + text + "\" is no size such as 64M or 10%");
            }
            double number = Double.parseDouble(matcher.group(1));
            int shift = "%KMGT".indexOf(matcher.group(2)) * 10;
            MemorySize size = shift == 0 ? ofPercent(number) : ofPages((long) (number * (1L << shift)) / PAGE);
            if (shift == 0 ? number <= 0 || number > 100 : size.pages < 1) {
                throw new TypeConversionException("\"" + text + "\" is less than a page, or more than all of them");
            }
            return size;
        }
    }
}
