// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import dev.remap.Region;
import java.lang.foreign.MemorySegment;

/** What can be said of the page of a wrong byte, for a failure's message. */
final class PageState {
    private static final int PAGE = TortureConfig.PAGE;
    private static final int WRONG_SHOWN = 8;

    private PageState() {}

    /** The page's residency, and what a second read finds: a stale mapping heals, a lost write does not. */
    static String describe(Region region, long offset, long expected) {
        long page = offset & -PAGE;
        StringBuilder text = new StringBuilder("isLoaded ").append(region.isLoaded(page, PAGE));
        try {
            long again = Touch.get(region.segment(), offset, 1);
            text.append(", read again ").append(String.format("%#x", again));
            text.append(again == (expected & 0xff) ? " (right now)" : " (still wrong)");
            region.verify(page, PAGE);
            text.append(", verify passes");
        } catch (Exception | InternalError e) {
            text.append(", ").append(e);
        }
        return text.toString();
    }

    /** The first wrong bytes of a page. */
    static String wrongBytes(MemorySegment got, MemorySegment expected) {
        StringBuilder text = new StringBuilder();
        int wrong = 0;
        for (long at = 0; at < got.byteSize(); at++) {
            long is = Touch.get(got, at, 1);
            long was = Touch.get(expected, at, 1);
            if (is != was && wrong++ < WRONG_SHOWN) {
                text.append(String.format(" +%#x: %#x for %#x;", at, is, was));
            }
        }
        return wrong + " wrong bytes:" + text;
    }
}
