// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import java.nio.channels.FileChannel.MapMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether the region is one of a file, and how that is open. */
enum FileMode {
    NONE(null),
    READ_ONLY(MapMode.READ_ONLY),
    READ_WRITE(MapMode.READ_WRITE),
    PRIVATE(MapMode.PRIVATE);

    @SuppressWarnings("ImmutableEnumChecker") // A MapMode is immutable.
    private final @Nullable MapMode mapMode;

    FileMode(@Nullable MapMode mapMode) {
        this.mapMode = mapMode;
    }

    MapMode mapMode() {
        if (mapMode == null) {
            throw new IllegalStateException("the region has no file");
        }
        return mapMode;
    }

    /** {@code read-only} and so on. */
    String option() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static FileMode parse(String option) {
        return valueOf(option.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
