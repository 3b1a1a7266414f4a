// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.dmirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.driver.Driver;
import dev.remap.driver.mm.PagemapType;
import dev.remap.driver.mm.PfnRange;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DmirrorDriverTest {
    @Test
    void isFoundByTheServiceLoaderAndBoundOnDemandOnly() {
        assertThat(ServiceLoader.load(Driver.class)).hasExactlyElementsOfTypes(DmirrorDriver.class);
        assertThat(new DmirrorDriver().name()).isEqualTo("dmirror");
        assertThat(new DmirrorDriver().devices()).isEmpty();
    }

    @Test
    void rehearsesWithASmallDeviceAnywhere() {
        assertThat(DmirrorOptions.parse(new DmirrorDriver().rehearsalOptions()))
                .isEqualTo(new DmirrorOptions(PagemapType.PRIVATE, 64, false, 0, PfnRange.ANYWHERE, false, ""));
    }

    @Test
    void understandsItsOptions() {
        assertThat(DmirrorOptions.parse(""))
                .isEqualTo(new DmirrorOptions(PagemapType.PRIVATE, 4096, false, 0, PfnRange.ANYWHERE, false, ""));
        assertThat(DmirrorOptions.parse("coherent,pages=7"))
                .isEqualTo(new DmirrorOptions(PagemapType.COHERENT, 7, false, 0, PfnRange.ANYWHERE, false, ""));
        assertThat(DmirrorOptions.parse("at=512,broken"))
                .isEqualTo(new DmirrorOptions(PagemapType.PRIVATE, 4096, false, 0, 512, true, ""));
        assertThat(DmirrorOptions.parse("volatile,latency=250"))
                .isEqualTo(new DmirrorOptions(PagemapType.PRIVATE, 4096, true, 250, PfnRange.ANYWHERE, false, ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"gpu", "pages=", "pages=0", "pages=-1", "private,", "coherent,volatile", "latency=9999999999"})
    void refusesOtherOptionsAndListsWhatItUnderstands(String options) {
        assertThatThrownBy(() -> DmirrorOptions.parse(options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + options + "\"")
                .hasMessageContaining("coherent");
    }

    @Test
    void framesAreHandedOutOnceAndTakenBackOnce() {
        DeviceFrames frames = new DeviceFrames(3);
        frames.begin(512, new long[] {513});
        assertThat(frames.take()).isEqualTo(512);
        assertThat(frames.take()).isEqualTo(514);
        assertThat(frames.take()).isEqualTo(-1);
        frames.giveBack(513);
        assertThat(frames.free()).isEqualTo(1);
        assertThat(frames.take()).isEqualTo(513);
        frames.giveBack(514);
        assertThatThrownBy(() -> frames.giveBack(514)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> frames.giveBack(515)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void thePageTableForgetsExactlyWhatItIsTold() {
        MirrorTable table = new MirrorTable();
        for (long page = 500; page < 1600; page++) {
            table.put(page, page + 1, MirrorTable.WRITE);
        }
        table.clear(510, 600);
        assertThat(table.mapped()).isEqualTo(500);
        assertThat(MirrorTable.isPresent(table.get(509))).isTrue();
        assertThat(MirrorTable.isPresent(table.get(510))).isFalse();
        assertThat(MirrorTable.isPresent(table.get(1109))).isFalse();
        assertThat(MirrorTable.pfn(table.get(1110))).isEqualTo(1111);
    }
}
