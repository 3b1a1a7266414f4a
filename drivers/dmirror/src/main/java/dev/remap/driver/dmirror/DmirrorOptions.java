// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.dmirror;

import dev.remap.driver.mm.PagemapType;
import dev.remap.driver.mm.PfnRange;

/**
 * What the driver was told about a device.
 *
 * @param type what memory it has
 * @param pages how many frames
 * @param isVolatile whether the memory ends with the manager
 * @param copyNs how long it takes to copy a page to or from it
 * @param at its first frame, or {@link PfnRange#ANYWHERE}
 * @param isBroken whether binding it fails when all has been registered
 * @param supplier a device that it depends on; empty if there is none
 */
record DmirrorOptions(
        PagemapType type, long pages, boolean isVolatile, long copyNs, long at, boolean isBroken, String supplier) {
    private static final long DEFAULT_PAGES = 4096;
    private static final long MAX_PAGES = 1L << 30;
    private static final long MAX_PFN = (1L << 40) - 1;
    private static final long MAX_COPY_NS = 1_000_000_000;

    /** From text such as {@code coherent,pages=1024}. */
    static DmirrorOptions parse(String text) {
        DmirrorOptions options =
                new DmirrorOptions(PagemapType.PRIVATE, DEFAULT_PAGES, false, 0, PfnRange.ANYWHERE, false, "");
        for (String option : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            options = options.with(option, text);
        }
        if (options.isVolatile && options.type == PagemapType.COHERENT) {
            throw refusal("volatile", text);
        }
        return options;
    }

    private DmirrorOptions with(String option, String text) {
        int equals = option.indexOf('=');
        String name = equals < 0 ? option : option.substring(0, equals + 1);
        String value = option.substring(equals + 1);
        return switch (name) {
            case "private" ->
                new DmirrorOptions(PagemapType.PRIVATE, pages, isVolatile, copyNs, at, isBroken, supplier);
            case "coherent" ->
                new DmirrorOptions(PagemapType.COHERENT, pages, isVolatile, copyNs, at, isBroken, supplier);
            case "volatile" -> new DmirrorOptions(type, pages, true, copyNs, at, isBroken, supplier);
            case "pages=" ->
                new DmirrorOptions(type, number(value, 1, MAX_PAGES, text), isVolatile, copyNs, at, isBroken, supplier);
            case "latency=" ->
                new DmirrorOptions(
                        type, pages, isVolatile, number(value, 0, MAX_COPY_NS, text), at, isBroken, supplier);
            case "at=" ->
                new DmirrorOptions(
                        type, pages, isVolatile, copyNs, number(value, 0, MAX_PFN, text), isBroken, supplier);
            case "broken" -> new DmirrorOptions(type, pages, isVolatile, copyNs, at, true, supplier);
            case "after=" -> new DmirrorOptions(type, pages, isVolatile, copyNs, at, isBroken, value);
            default -> throw refusal(option, text);
        };
    }

    private static long number(String value, long least, long most, String text) {
        if (!value.matches("[0-9]{1,13}") || Long.parseLong(value) < least || Long.parseLong(value) > most) {
            throw refusal(value, text);
        }
        return Long.parseLong(value);
    }

    private static IllegalArgumentException refusal(String what, String text) {
        return new IllegalArgumentException("dmirror does not understand " + what + " in \"" + text
                + "\"; options, separated by commas: private, coherent, volatile (private only), pages=1 to "
                + MAX_PAGES + ", latency=<nanoseconds of a copy> to " + MAX_COPY_NS
                + ", at=<first frame>, broken (binding fails), after=<device>");
    }
}
