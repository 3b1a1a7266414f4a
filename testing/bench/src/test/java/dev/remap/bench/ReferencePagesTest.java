// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Expected values are what {@code make_page} of the C loops makes. */
class ReferencePagesTest {
    private static final String FIRST_RECORD =
            "{\"identifier\":25454,\"name\":\"usereca7\",\"country\":\"GB\",\"active\":true,\"value\":119,"
                    + "\"hash\":\"0fa10e6fb17\"},\n";

    @Test
    void pagesAreThoseOfTheCLoops() {
        assertThat(new String(ReferencePages.bytes(1), StandardCharsets.US_ASCII))
                .startsWith(FIRST_RECORD);
        long hash = 0;
        for (int seed = 1; seed <= 3; seed++) {
            for (byte b : ReferencePages.bytes(seed)) {
                hash = hash * 31 + b;
            }
        }
        assertThat(hash).isEqualTo(0x4113ee8c7deb8d7aL);
    }

    /** Also that the C program is what it is compared with: it is compiled here. */
    @Test
    void everyByteIsThatOfTheCProgram() throws Exception {
        try (CLoop loop = loop()) {
            for (long seed : new long[] {1, 2, 524_288, Long.MAX_VALUE}) {
                byte[] page = new byte[ReferencePages.PAGE];
                loop.run("page", seed).get(page);
                assertThat(ReferencePages.bytes(seed)).isEqualTo(page);
            }
        }
    }

    private static CLoop loop() throws Exception {
        try {
            return CLoop.build("tier_loop");
        } catch (CLoop.Missing e) {
            return abort(String.valueOf(e.getMessage()));
        }
    }

    @Test
    void anOrderHasEachIndexOnceAndDependsOnItsSeed() {
        int[] order = Shuffle.order(1000, 7);
        assertThat(order).doesNotHaveDuplicates().hasSize(1000);
        assertThat(order).isNotEqualTo(Shuffle.order(1000, 8)).isEqualTo(Shuffle.order(1000, 7));
    }
}
