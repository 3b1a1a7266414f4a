// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Touches a page whose stored bytes have been changed, in one way, cold or after warm-up: arguments are the access and rounds. */
final class FailedPageMain {
    private static final int GOOD_PAGES = 8;
    private static final long BAD_PAGE = 100;
    private static final long PAGES = 256;

    private FailedPageMain() {}

    public static void main(String[] arguments) throws IOException {
        FailedPageAccess access = FailedPageAccess.valueOf(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(16 * Pages.MIB));
                Region region = remap.create("failing", RegionSpec.ofSize(PAGES * Pages.SIZE))) {
            Pages.writeTexts(region.segment(), 0, BAD_PAGE + 1);
            System.out.println("warm " + warmUp(access, rounds, region.segment()));
            breakPage(remap, region);
            System.out.println("outcome " + outcome(access, region.segment()));
            System.out.println("verify " + category(() -> region.verify(BAD_PAGE * Pages.SIZE, Pages.SIZE)));
            System.out.println("verify elsewhere " + category(() -> region.verify(0, Pages.SIZE)));
            System.out.println("check " + category(Remap::check));
        }
        System.out.println("end");
    }

    private static long warmUp(FailedPageAccess access, int rounds, MemorySegment segment) throws IOException {
        long sum = 0;
        for (int i = 0; i < rounds; i++) {
            sum += touch(access, segment, i % GOOD_PAGES);
        }
        return sum;
    }

    private static void breakPage(Remap remap, Region region) {
        Eviction.of(region, BAD_PAGE * Pages.SIZE, Pages.SIZE);
        ZramCorruption.flip(remap.stats().managerPid());
    }

    /** What the caller of the touching method gets: compiled code may throw only when it returns. */
    private static String outcome(FailedPageAccess access, MemorySegment segment) throws IOException {
        try {
            long result = touch(access, segment, BAD_PAGE);
            return result == FailedPageAccess.CAUGHT ? "InternalError in the block" : "returned " + result;
        } catch (InternalError e) {
            return "InternalError";
        } catch (IOException e) {
            return "IOException: " + e.getMessage();
        }
    }

    private static long touch(FailedPageAccess access, MemorySegment segment, long page) throws IOException {
        return access.touch(segment.asSlice(page * Pages.SIZE, Pages.SIZE));
    }

    private interface Check {
        void run() throws RemapException;
    }

    private static String category(Check check) {
        try {
            check.run();
            return "passes";
        } catch (RemapException e) {
            return e.category().name();
        }
    }
}
