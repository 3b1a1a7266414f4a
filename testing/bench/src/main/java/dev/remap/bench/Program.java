// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another program, run to its end. */
final class Program {
    private static final long TIMEOUT_S = 120;

    private Program() {}

    /** What it ended with, and wrote. */
    record Output(int status, ByteBuffer bytes, String errors) {
        /** The line of its messages that says most. */
        String firstLine() {
            return errors.lines()
                    .filter(line -> line.contains("rror") || !line.contains("In file"))
                    .findFirst()
                    .orElse("it ended without a message");
        }
    }

    /** CPU affinity is the calling thread's. */
    static Output run(List<String> command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("remap-bench-", ".err");
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            byte[] bytes = process.getInputStream().readAllBytes();
            if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return new Output(process.waitFor(), ByteBuffer.wrap(bytes), Files.readString(errors));
        } finally {
            Files.delete(errors);
        }
    }
}
