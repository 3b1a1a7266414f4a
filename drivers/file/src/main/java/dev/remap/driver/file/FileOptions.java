// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import dev.remap.driver.Tier;
import java.util.Locale;

/**
 * What follows the colon of {@code file:}, settings divided by commas.
 *
 * @param direct whether to go around the page cache
 * @param maxPages the most pages of disk one region's file may occupy
 * @param io how many requests to keep under way
 * @param encrypt whether pages are encrypted by AES-GCM
 */
record FileOptions(Direct direct, long maxPages, IoKind io, boolean encrypt) {
    /** Around the page cache. */
    enum Direct {
        /** Where the file system can. */
        AUTO,
        /** Or not at all. */
        ON,
        /** Through the page cache. */
        OFF
    }

    private static final String UNDERSTOOD =
            "direct=auto|on|off, max=<bytes, with K, M, G or T>, io=auto|uring|aio|plain, encrypt=off|aes-gcm, divided by"
                    + " commas";

    static FileOptions parse(String options) {
        Direct direct = Direct.AUTO;
        long maxPages = Tier.LOCATION_LIMIT;
        IoKind io = IoKind.AUTO;
        boolean encrypt = false;
        for (String setting : options.isEmpty() ? new String[0] : options.split(",", -1)) {
            int equals = setting.indexOf('=');
            String name = equals < 0 ? setting : setting.substring(0, equals);
            String value = setting.substring(equals + 1);
            switch (name) {
                case "direct" -> direct = constant(Direct.class, value, options);
                case "max" -> maxPages = pages(value, options);
                case "io" -> io = constant(IoKind.class, value, options);
                case "encrypt" -> encrypt = encrypts(value, options);
                default -> throw notUnderstood(options);
            }
        }
        return new FileOptions(direct, maxPages, io, encrypt);
    }

    private static boolean encrypts(String value, String options) {
        return switch (value) {
            case "off" -> false;
            case "aes-gcm" -> true;
            default -> throw notUnderstood(options);
        };
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String value, String options) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(value)) {
                return constant;
            }
        }
        throw notUnderstood(options);
    }

    private static long pages(String value, String options) {
        int unit = value.isEmpty() ? -1 : "KMGT".indexOf(value.charAt(value.length() - 1));
        String digits = unit < 0 ? value : value.substring(0, value.length() - 1);
        if (!digits.matches("[0-9]{1,15}")) {
            throw notUnderstood(options);
        }
        int shift = 10 * (unit + 1);
        long number = Long.parseLong(digits);
        long bytes = number > Long.MAX_VALUE >> shift ? Long.MAX_VALUE : number << shift;
        if (bytes < RawMemory.PAGE_BYTES) {
            throw new IllegalArgumentException("\"" + options + "\": max is at least " + RawMemory.PAGE_BYTES);
        }
        return bytes >> RawMemory.PAGE_SHIFT;
    }

    private static IllegalArgumentException notUnderstood(String options) {
        return new IllegalArgumentException("\"" + options + "\" is not understood; there are: " + UNDERSTOOD);
    }
}
