// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.broker;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What each application of a user may have.
 *
 * @param minBytes DRAM that it is guaranteed
 * @param maxBytes the most DRAM it gets
 * @param weight what its need counts against that of others; 100 is usual
 * @param applications the most applications at a time
 * @param regions the most regions of one
 * @param regionBytes the most address space they may have in all
 * @param files the most files it may have open
 */
record UserLimits(
        long minBytes, long maxBytes, int weight, int applications, int regions, long regionBytes, int files) {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})([KMGT]?)");
    private static final String SUFFIXES = "KMGT";

    /** Where nothing else is said. */
    static final UserLimits DEFAULTS = new UserLimits(16L << 20, Long.MAX_VALUE, 100, 16, 256, 16L << 40, 10_000);

    /** A user, and what it may have. */
    record Entry(int uid, UserLimits limits) {}

    /**
     * Reads {@code UID} or {@code UID:name=value,...}, for instance {@code 1000:max=2G,weight=200}.
     *
     * @throws IllegalArgumentException if it is nothing of the kind; the message says what is
     */
    static Entry parse(String text) {
        String[] parts = text.split(":", 2);
        Map<String, String> values = new TreeMap<>();
        if (parts.length == 2) {
            for (String pair : parts[1].split(",")) {
                String[] sides = pair.split("=", 2);
                if (sides.length != 2 || values.put(sides[0], sides[1]) != null) {
                    throw wrong(text);
                }
            }
        }
        UserLimits limits = new UserLimits(
                size(values, "min", DEFAULTS.minBytes),
                size(values, "max", DEFAULTS.maxBytes),
                number(values, "weight", DEFAULTS.weight),
                number(values, "applications", DEFAULTS.applications),
                number(values, "regions", DEFAULTS.regions),
                size(values, "space", DEFAULTS.regionBytes),
                number(values, "files", DEFAULTS.files));
        if (!values.isEmpty() || limits.weight < 1 || limits.minBytes > limits.maxBytes) {
            throw wrong(text);
        }
        try {
            return new Entry(Integer.parseUnsignedInt(parts[0]), limits);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(wrong(text).getMessage(), e);
        }
    }

    /**
     * What an application may have of {@code bytes}, given what its user's applications have left behind: that counts as if this one had
     * it. As much as it takes to open or remove what is left it may always have.
     */
    long lessWhatIsLeft(long bytes, KeptRegion.Usage left) {
        return Math.max(Arbiter.LEAST, Math.min(bytes, maxBytes - Math.min(maxBytes, left.dramBytes())));
    }

    /** Whether a user that has left so much may leave more. */
    boolean mayLeaveMore(KeptRegion.Usage left) {
        return left.regions() < regions && left.dramBytes() < maxBytes;
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException("\"" + text
                + "\" is no user: expected UID or UID:name=value,... with min, max, space (sizes as 512M), weight, applications,"
                + " regions, files; min at most max");
    }

    private static long size(Map<String, String> values, String name, long otherwise) {
        String text = values.remove(name);
        return text == null ? otherwise : bytes(text);
    }

    private static int number(Map<String, String> values, String name, int otherwise) {
        return (int) Math.min(Integer.MAX_VALUE, size(values, name, otherwise));
    }

    /** A size in bytes, with K, M, G or T for powers of 1024. */
    static long bytes(String text) {
        Matcher matcher = SIZE.matcher(text.toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is no size: expected digits, and K, M, G or T");
        }
        int shift = 10 * (matcher.group(2).isEmpty() ? 0 : SUFFIXES.indexOf(matcher.group(2)) + 1);
        long number = Long.parseLong(matcher.group(1));
        if (number > Long.MAX_VALUE >> shift) {
            throw new IllegalArgumentException("\"" + text + "\" is more than there can be");
        }
        return number << shift;
    }
}
