// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A broker of {@code remap serve} for the length of a benchmark. */
final class ServedBroker implements AutoCloseable {
    private final Path directory;
    private final ChildProgram process;

    private ServedBroker(Path directory, ChildProgram process) {
        this.directory = directory;
        this.process = process;
    }

    static ServedBroker start(String... options) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("remap-bench-");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<Object> arguments = new ArrayList<>(List.of("--socket", directory.resolve("remap.sock")));
        arguments.addAll(Arrays.asList(options));
        ServedBroker broker =
                new ServedBroker(directory, ChildProgram.start("dev.remap.broker.BrokerMain", arguments.toArray()));
        broker.process.await("serving");
        return broker;
    }

    Path socket() {
        return directory.resolve("remap.sock");
    }

    @Override
    public void close() {
        process.close();
        try {
            Files.deleteIfExists(socket());
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            System.err.println("left behind: " + e.getMessage());
        }
    }
}
