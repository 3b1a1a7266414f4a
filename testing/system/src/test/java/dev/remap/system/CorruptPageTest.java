// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static dev.remap.system.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.PageFailure;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import dev.remap.RemapException.Category;
import dev.remap.Repair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bytes of the pool have changed: commands say so and show none of them, failures are listed, repair helps. */
class CorruptPageTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long BAD = 5;
    private static final long BAD_OFFSET = BAD * Pages.SIZE;

    private Remap remap;
    private Region region;

    @BeforeEach
    void breakPage() throws IOException {
        remap = Remap.open(RemapConfig.defaults().dramBytes(16 * Pages.MIB));
        region = remap.create("corrupt", RegionSpec.ofSize(Pages.MIB));
        Pages.stamp(region.segment(), 0, 256);
        Pages.write(region.segment(), BAD, Pages.text(BAD));
        Eviction.of(region, BAD_OFFSET, Pages.SIZE);
        ZramCorruption.flip(remap.stats().managerPid());
    }

    @AfterEach
    void close() {
        remap.close();
    }

    @Test
    void loadSaysThatTheBytesAreNotWhatWasStored() {
        refused(Category.CORRUPT, () -> region.load(0, Pages.MIB, PATIENCE)).contains("corrupt");
    }

    @Test
    void loadAsyncFailsWithTheSame() {
        assertThatThrownBy(() -> region.loadAsync(new long[] {BAD_OFFSET}, 1, Pages.SIZE)
                        .toCompletableFuture()
                        .join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(RemapException.class)
                .hasMessageContaining("[CORRUPT]");
    }

    @Test
    void pinGivesNoPin() {
        refused(Category.CORRUPT, () -> region.pin(BAD_OFFSET, Pages.SIZE, PATIENCE));
        assertThat(region.stats().pinnedBytes()).isZero();
    }

    @Test
    void transferToWritesNoByteOfThePage() {
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        refused(Category.CORRUPT, () -> region.transferTo(BAD_OFFSET, Pages.SIZE, Channels.newChannel(sink)));
        assertThat(sink.size()).isZero();
    }

    @Test
    void thePageIsListedWithItsTierAndCause() throws RemapException {
        refused(Category.CORRUPT, () -> region.load(BAD_OFFSET, Pages.SIZE, PATIENCE));
        assertThat(region.failures()).hasSize(1);
        PageFailure failure = region.failures().getFirst();
        assertThat(failure.region()).isEqualTo("corrupt");
        assertThat(failure.offset()).isEqualTo(BAD_OFFSET);
        assertThat(failure.length()).isEqualTo(Pages.SIZE);
        assertThat(failure.tier()).isEqualTo("zram");
        assertThat(failure.category()).isEqualTo(Category.CORRUPT);
        assertThat(failure.detail()).isNotBlank();
        assertThat(region.stats().failedPages()).isEqualTo(1);
        assertThat(remap.stats().failedPages()).isEqualTo(1);
    }

    @Test
    void verifyThrowsForThatPageOnly() {
        refused(Category.CORRUPT, () -> region.load(BAD_OFFSET, Pages.SIZE, PATIENCE));
        refused(Category.CORRUPT, () -> region.verify(0, Pages.MIB));
        refused(Category.CORRUPT, () -> region.verify(BAD_OFFSET + 100, 1));
        assertThatCode(() -> region.verify(0, BAD_OFFSET)).doesNotThrowAnyException();
        assertThatCode(() -> region.verify(BAD_OFFSET + Pages.SIZE, Pages.SIZE)).doesNotThrowAnyException();
    }

    @Test
    void acceptingTheLossMakesThePageZerosAndTheRegionWhole() throws RemapException {
        refused(Category.CORRUPT, () -> region.load(BAD_OFFSET, Pages.SIZE, PATIENCE));
        assertThat(region.repair(0, Pages.MIB, Repair.ACCEPT_LOSS)).isEqualTo(1);
        assertThat(Pages.read(region.segment(), BAD)).containsOnly(0);
        assertThat(region.failures()).isEmpty();
        assertThat(region.stats().failedPages()).isZero();
        region.verify(0, Pages.MIB);
        region.load(0, Pages.MIB, PATIENCE);
        assertThat(Pages.wrongStamps(region.segment(), 0, BAD)).isZero();
        assertThat(Pages.wrongStamps(region.segment(), BAD + 1, 250)).isZero();
    }

    @Test
    void retryFindsTheRightBytesOnceTheyAreBack() throws RemapException {
        refused(Category.CORRUPT, () -> region.load(BAD_OFFSET, Pages.SIZE, PATIENCE));
        ZramCorruption.flip(remap.stats().managerPid());
        assertThat(region.repair(BAD_OFFSET, Pages.SIZE, Repair.RETRY)).isEqualTo(1);
        region.load(BAD_OFFSET, Pages.SIZE, PATIENCE);
        assertThat(Pages.read(region.segment(), BAD)).isEqualTo(Pages.text(BAD));
        region.verify(0, Pages.MIB);
    }

    @Test
    void discardTakesTheFailureAway() throws RemapException {
        refused(Category.CORRUPT, () -> region.load(BAD_OFFSET, Pages.SIZE, PATIENCE));
        region.discard(BAD_OFFSET, Pages.SIZE);
        assertThat(Pages.read(region.segment(), BAD)).containsOnly(0);
        region.verify(0, Pages.MIB);
    }
}
