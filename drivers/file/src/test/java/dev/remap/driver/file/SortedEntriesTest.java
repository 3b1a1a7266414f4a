// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;

class SortedEntriesTest {
    private final SplittableRandom random = new SplittableRandom();

    @RepeatedTest(20)
    void areInOrderOfKeyAndKnowTheirIndex() {
        SortedEntries entries = new SortedEntries();
        long[] keys = random.longs(random.nextInt(SortedEntries.CAPACITY + 1), 0, 1L << 40)
                .toArray();
        for (int i = 0; i < keys.length; i++) {
            entries.add(keys[i], i);
        }
        entries.sort();
        long[] sorted = keys.clone();
        Arrays.sort(sorted);
        assertThat(entries.size()).isEqualTo(keys.length);
        for (int i = 0; i < keys.length; i++) {
            assertThat(entries.key(i)).isEqualTo(sorted[i]);
            assertThat(keys[entries.index(i)]).isEqualTo(sorted[i]);
        }
    }
}
