// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.RemapException.Category;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When the fallback is taken. */
class RemapOpeningTest {
    private static final RemapConfig FALLBACK = RemapConfig.defaults().fallback(Fallback.MMAP);

    private static RemapOpening.Managed failing(Category category) {
        return _ -> {
            throw new RemapException(category, "no userfaultfd", "Ask for one.");
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"PERMISSION", "UNSUPPORTED"})
    void aHostThatGivesNoUserfaultfdGetsMappings(Category category) throws RemapException {
        try (Remap remap = RemapOpening.open(FALLBACK, failing(category))) {
            assertThat(remap.stats().mode()).isEqualTo(ServiceMode.MMAP);
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"PERMISSION", "UNSUPPORTED"})
    void otherFailuresAreTheCallers(Category category) {
        assertThatThrownBy(() -> RemapOpening.open(FALLBACK, failing(category))).hasMessageContaining("no userfaultfd");
    }

    @ParameterizedTest
    @EnumSource(names = {"PERMISSION", "UNSUPPORTED"})
    void withoutTheFallbackNothingIsMapped(Category category) {
        assertThatThrownBy(() -> RemapOpening.open(RemapConfig.defaults(), failing(category)))
                .hasMessageContaining("no userfaultfd");
    }

    @Test
    void aManagerIsPreferred() throws RemapException {
        Remap managed = (Remap)
                Proxy.newProxyInstance(Remap.class.getClassLoader(), new Class<?>[] {Remap.class}, (_, method, _) -> {
                    throw new UnsupportedOperationException(method.toString());
                });
        assertThat(RemapOpening.open(FALLBACK, _ -> managed)).isSameAs(managed);
    }

    @Test
    void thePropertyForcesMappings() throws RemapException {
        System.setProperty(RemapOpening.MODE_PROPERTY, "mmap");
        try (Remap remap = Remap.open(RemapConfig.defaults())) {
            assertThat(remap.stats().mode()).isEqualTo(ServiceMode.MMAP);
        } finally {
            System.clearProperty(RemapOpening.MODE_PROPERTY);
        }
    }
}
