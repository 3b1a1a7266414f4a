// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the JVM says of its safepoints: {@code -Xlog:safepoint:file=...:timenanos}, whose time is that of {@link System#nanoTime} at the
 * end of each.
 *
 * @param file the log
 */
record SafepointLog(Path file) {
    private static final Pattern SAFEPOINT = Pattern.compile("\\[(\\d+)ns\\].*\\bTotal:\\s*(\\d+) ns.*");

    /** The JVM's options: a line for each safepoint. */
    static Stream<String> options(Path file) {
        return Stream.of("-Xlog:safepoint:file=" + file + ":timenanos:filecount=0");
    }

    /** The longest safepoint, the time to reach it counted, that ended in a span of time; 0 if there was none. */
    long longestNs(long fromNs, long toNs) throws IOException {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return longestNs(lines, fromNs, toNs);
        }
    }

    static long longestNs(Stream<String> lines, long fromNs, long toNs) {
        return lines.map(SAFEPOINT::matcher)
                .filter(Matcher::matches)
                .filter(match -> isBetween(Long.parseLong(match.group(1)), fromNs, toNs))
                .mapToLong(match -> Long.parseLong(match.group(2)))
                .max()
                .orElse(0);
    }

    private static boolean isBetween(long ns, long fromNs, long toNs) {
        return ns - fromNs >= 0 && toNs - ns >= 0;
    }
}
