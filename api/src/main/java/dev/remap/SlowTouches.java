// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.wire.PageWord;
import dev.remap.wire.SlowTouchRing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the manager's records of slow touches readable. */
final class SlowTouches {
    private SlowTouches() {}

    static List<SlowTouch> read(Counters counters, List<ManagedRegion> regions, FileSpans files) {
        List<SlowTouch> result = new ArrayList<>();
        for (SlowTouchRing.Touch touch : counters.slowTouches()) {
            result.add(readable(touch, regions, files));
        }
        return result;
    }

    private static SlowTouch readable(SlowTouchRing.Touch touch, List<ManagedRegion> regions, FileSpans files) {
        Optional<ManagedRegion> region =
                regions.stream().filter(open -> open.id() == touch.region()).findFirst();
        Optional<Range> range = region.flatMap(open -> files.within(new Range(open, touch.offset(), 1)));
        return new SlowTouch(
                touch.number(),
                Instant.ofEpochMilli(touch.epochMillis()),
                Duration.ofNanos(touch.stallNs()),
                range.map(of -> of.region().name()).orElse(""),
                range.map(Range::offset).orElse(touch.offset()),
                cause(touch.cause()),
                region.map(open -> open.tierName(touch.tier())).orElse(Integer.toString(touch.tier())),
                threadName(touch.threadId()));
    }

    private static String cause(int code) {
        for (FaultKind kind : FaultKind.values()) {
            if (Counters.code(kind) == code) {
                return kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
            }
        }
        return code == SlowTouchRing.WAITED_FOR_MEMORY ? "waited for memory" : "cause " + code;
    }

    /** The name of a tier of a page word, given those of a region. */
    static String tierName(int tier, List<String> tiers, boolean files) {
        if (PageWord.isFill(tier)) {
            return "same-filled";
        }
        if (tier == PageWord.TIER_DEVICE) {
            return "device";
        }
        int index = tier - PageWord.TIER_FIRST;
        if (index >= 0 && index < tiers.size()) {
            return tiers.get(index);
        }
        return files ? "file" : "none";
    }

    private static String threadName(int threadId) {
        if (threadId == 0) {
            return "";
        }
        try {
            return Files.readString(Path.of("/proc/self/task/" + threadId + "/comm"))
                    .strip();
        } catch (IOException e) {
            return "";
        }
    }
}
