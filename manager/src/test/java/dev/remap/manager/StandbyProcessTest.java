// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StandbyProcessTest {
    private static final String ALL = "*";

    /** HotSpot says nothing of a method that does not exist. */
    @Test
    void theMethodsThatAreCompiledEarlierAreThere() throws ClassNotFoundException {
        for (String methods : StandbyProcess.ADOPTING) {
            String[] parts = methods.split("::", 2);
            Class<?> owner = Class.forName(parts[0]);
            if (!parts[1].equals(ALL)) {
                assertThat(Arrays.stream(owner.getDeclaredMethods()).map(Method::getName))
                        .as(methods)
                        .contains(parts[1]);
            }
        }
    }
}
