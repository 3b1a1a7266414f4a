// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.zip.Deflater;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContentTest {
    @ParameterizedTest
    @EnumSource
    void aPageCompressesToAboutWhatIsCharged(Content content) {
        byte[] page = new byte[4096];
        int charged = content.write(new SplittableRandom(1), MemorySegment.ofArray(page));
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        deflater.setInput(page);
        deflater.finish();
        assertThat(deflater.deflate(new byte[8192])).isLessThanOrEqualTo(charged + 64);
        deflater.end();
    }

    @ParameterizedTest
    @EnumSource
    void smallTargetsAreWrittenWhole(Content content) {
        SplittableRandom random = new SplittableRandom(2);
        for (int size = 1; size < 100; size++) {
            byte[] bytes = new byte[size];
            assertThat(content.write(random, MemorySegment.ofArray(bytes))).isPositive();
        }
    }
}
