// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueryMainTest {
    @TempDir
    private Path folder = Path.of("");

    private static String output(Object... arguments) throws IOException, InterruptedException {
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                QueryMain.class.getName());
        List<String> command = new ArrayList<>(java);
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.outputWriter().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output;
    }

    /** The file stands in for a group's list of processes. */
    @Test
    void bothQueriesAnswerRightInMemoryOfTheGroupThatWasEntered() throws Exception {
        Path processes = folder.resolve("cgroup.procs");
        assertThat(output(0.01, 1, "memory", processes)).matches("result 6\\d{4} 0 [\\d.E-]+ [\\d.E-]+\\R");
        assertThat(Long.parseLong(Files.readString(processes))).isPositive();
    }
}
