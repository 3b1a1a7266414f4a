// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.RemapException.Category;
import dev.remap.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The API's values and messages: what needs no manager. */
class ValuesTest {
    @Test
    void categoriesAreTheErrorCodesOfTheWire() {
        assertThat(Arrays.stream(Category.values()).map(Enum::name))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(ErrorCode.values()).map(Enum::name).toList());
    }

    @Test
    void exceptionSaysWhatFailedItsCategoryAndWhatToDo() {
        IOException cause = new IOException("x");
        RemapException e = new RemapException(Category.PERMISSION, "open: EPERM", "Set the sysctl.", cause);
        assertThat(e).hasMessage("open: EPERM [PERMISSION] Set the sysctl.").hasCause(cause);
        assertThat(e.category()).isEqualTo(Category.PERMISSION);
        assertThat(new RemapException(Category.IO, "a", "b").getCause()).isNull();
    }

    @ParameterizedTest
    @EnumSource(Category.class)
    void onlyDeadlineAndShortageMayPassByThemselves(Category category) {
        assertThat(new RemapException(category, "a", "b").retryable())
                .isEqualTo(category == Category.DEADLINE || category == Category.NO_MEMORY);
    }

    @Test
    void specChangesOneThingAtATime() {
        RegionSpec spec = RegionSpec.ofSize(8192);
        assertThat(spec)
                .isEqualTo(new RegionSpec(
                        8192,
                        FailurePolicy.POISON,
                        Duration.ofSeconds(10),
                        List.of("zram"),
                        "s3fifo",
                        Survives.NOTHING,
                        "",
                        false,
                        Map.of()));
        assertThat(spec.onFailure(FailurePolicy.WAIT))
                .isEqualTo(new RegionSpec(
                        8192,
                        FailurePolicy.WAIT,
                        spec.maxStall(),
                        spec.tiers(),
                        "s3fifo",
                        Survives.NOTHING,
                        "",
                        false,
                        Map.of()));
        assertThat(spec.maxStall(Duration.ofMillis(5)).maxStall()).isEqualTo(Duration.ofMillis(5));
        assertThat(spec.tiers("zram:zstd", "file").tiers()).containsExactly("zram:zstd", "file");
        assertThat(spec.tiers()).containsExactly("zram");
        assertThat(spec.policy("clock").policy()).isEqualTo("clock");
        assertThat(spec.policy("clock").policy("s3fifo")).isEqualTo(spec);
        assertThat(spec.shadow(true).shadow()).isTrue();
        assertThat(spec.shadow(true).shadow(false)).isEqualTo(spec);
    }

    @Test
    void specKeepsItsOwnListOfTiers() {
        List<String> tiers = new ArrayList<>(List.of("zram"));
        RegionSpec spec = new RegionSpec(
                4096,
                FailurePolicy.POISON,
                Duration.ofSeconds(1),
                tiers,
                "clock",
                Survives.CLIENT,
                "v1",
                false,
                Map.of());
        tiers.add("file");
        assertThat(spec.tiers()).containsExactly("zram");
        assertThatThrownBy(() -> spec.tiers().add("file")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void configChangesOneThingAtATime() {
        RemapConfig config = RemapConfig.defaults();
        Path directory = config.spillDirectory();
        Duration timeout = Duration.ofSeconds(30);
        Duration second = Duration.ofSeconds(1);
        Path other = Path.of("/other");
        assertThat(config).isEqualTo(new RemapConfig(0, true, timeout, directory, 0, Fallback.FAIL, false));
        assertThat(config.dramBytes(7))
                .isEqualTo(new RemapConfig(7, true, timeout, directory, 0, Fallback.FAIL, false));
        assertThat(config.holdCpuLatency(false))
                .isEqualTo(new RemapConfig(0, false, timeout, directory, 0, Fallback.FAIL, false));
        assertThat(config.openTimeout(second))
                .isEqualTo(new RemapConfig(0, true, second, directory, 0, Fallback.FAIL, false));
        assertThat(config.spillDirectory(other))
                .isEqualTo(new RemapConfig(0, true, timeout, other, 0, Fallback.FAIL, false));
        assertThat(config.fallback(Fallback.MMAP).fallback()).isEqualTo(Fallback.MMAP);
        assertThat(config.spillMaxBytes(8))
                .isEqualTo(new RemapConfig(0, true, timeout, directory, 8, Fallback.FAIL, false));
    }

    @Test
    void supportIsToldWithoutThrowingAndExplainsWhatIsMissing() {
        Support support = Remap.support();
        assertThat(support.kernel()).isEqualTo(System.getProperty("os.version"));
        assertThat(support.touch()).isEqualTo(!support.how().equals("none"));
        assertThat(support.touch() && support.kernelFaults() && support.poison())
                .isEqualTo(support.remedies().isEmpty());
        assertThat(support.remedies()).allMatch(remedy -> !remedy.isBlank());
        assertThat(support.fallback()).isTrue();
        assertThat(support).isEqualTo(Remap.support());
    }
}
