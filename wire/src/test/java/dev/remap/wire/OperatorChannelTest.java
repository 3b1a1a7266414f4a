// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.linux.FileIo;
import dev.remap.linux.UnixSocket;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OperatorChannelTest {
    private static final long SELF = ProcessHandle.current().pid();

    @Test
    void questionsAreAnsweredAndNamesOfOthersHideNoManager() throws IOException {
        int impostor = (int) UnixSocket.listenAbstract("remap-operator-x" + SELF);
        assertThat(impostor).isNotNegative();
        OperatorChannel channel = OperatorChannel.listen();
        Thread.ofPlatform().daemon().start(() -> channel.serve(OperatorChannelTest::answer));
        assertThat(OperatorChannel.managers()).contains(SELF);
        assertThat(OperatorChannel.ask(SELF, List.of("list", "it"))).isEqualTo("ok\nlist it");
        assertThatThrownBy(() -> OperatorChannel.ask(SELF, List.of("silence")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("process " + SELF + " does not answer");
        assertThat(OperatorChannel.ask(SELF, List.of("after", "it"))).isEqualTo("ok\nafter it");
        FileIo.close(impostor);
    }

    private static String answer(List<String> question) {
        return question.getFirst().equals("silence") ? "" : "ok\n" + String.join(" ", question);
    }

    @Test
    void whoIsNoManagerIsNotAsked() {
        assertThatThrownBy(() -> OperatorChannel.ask(1, List.of("list")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("process 1 is no manager");
    }
}
