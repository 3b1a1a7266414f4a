// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import java.util.List;

/** The manager's own Java and its AOT cache. */
final class ImageCheck {
    private static final String TITLE = "Manager's Java";
    private static final String WHAT =
            "Managers and standbys start from a run-time image of their own with an AOT cache, where there is one:"
                    + " it takes them a third of the time.";

    private ImageCheck() {}

    static Finding of(HostFacts.Image image) {
        if (image.unused().isEmpty()) {
            return Finding.ok(TITLE, WHAT, List.of(image.folder() + ", and its AOT cache, are used"));
        }
        String found = image.folder().isEmpty() ? image.unused() : image.folder() + " is not used: " + image.unused();
        return Finding.note(
                TITLE,
                WHAT,
                List.of(found, "they start by the Java of the program that starts them"),
                "`./remap build` makes one beside the jars");
    }
}
