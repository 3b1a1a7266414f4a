// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.util.Locale;

/** How a program gets at the bytes of a file. */
enum Way {
    /** {@code Remap.openFile}, plain loads. */
    REMAP_TOUCH("Remap, plain touches"),
    /** {@code Region.read}, no page fault. */
    REMAP_READ("Remap, Region.read"),
    /** {@code FileChannel.map}, as it comes. */
    MAPPED("FileChannel.map"),
    /** {@code FileChannel.read} at a position. */
    CHANNEL("FileChannel.read");

    private final String title;

    Way(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** As in JSON and in arguments. */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
