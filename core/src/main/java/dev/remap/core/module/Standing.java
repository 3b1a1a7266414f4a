// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What a driver counts as: its own licence, and that of every driver it uses. Without the second a driver of a fitting licence could be
 * put in between, to hand on what another must not have.
 *
 * @param inheritedFrom drivers that it uses and that are not compatible with GPL-2.0
 */
record Standing(String module, String licence, boolean ownCompatible, List<String> inheritedFrom) {
    static Standing of(DriverImage image, Collection<LoadedDriver> used) {
        List<String> from = new ArrayList<>();
        for (LoadedDriver driver : used) {
            if (!driver.gplCompatible()) {
                from.add(driver.name());
            }
        }
        Declaration declaration = image.declaration();
        return new Standing(
                image.name(), declaration.licenceText(), GplCompatibility.of(declaration.licence()), List.copyOf(from));
    }

    boolean gplCompatible() {
        return ownCompatible && inheritedFrom.isEmpty();
    }

    /** The licence, and what it counts as, for people. */
    String text() {
        if (!ownCompatible) {
            return licence + ", not known to be compatible with GPL-2.0";
        }
        return inheritedFrom.isEmpty()
                ? licence + ", compatible with GPL-2.0"
                : licence + ", but it uses " + String.join(", ", inheritedFrom) + " and counts as they do";
    }

    String remedy() {
        if (ownCompatible && !inheritedFrom.isEmpty()) {
            return "Do without " + String.join(", ", inheritedFrom) + ", or have their licence changed";
        }
        return "Do without it, or declare a licence compatible with GPL-2.0 (@DriverModule) if the driver is under one";
    }
}
