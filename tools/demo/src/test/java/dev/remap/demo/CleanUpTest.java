// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CleanUpTest {
    @Test
    void undoesTheLatestFirstAndGoesOnAfterAFailure() {
        List<String> done = new ArrayList<>();
        CleanUp cleanUp = new CleanUp();
        cleanUp.add(() -> done.add("first"));
        cleanUp.add(() -> {
            throw new IOException("of the test");
        });
        cleanUp.add(() -> done.add("last"));

        cleanUp.close();
        cleanUp.close();

        assertThat(done).containsExactly("last", "first");
    }
}
