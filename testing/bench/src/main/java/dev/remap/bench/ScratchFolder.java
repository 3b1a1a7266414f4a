// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder of files that go with it, however the benchmark ends, short of SIGKILL. It has no folders in it. */
final class ScratchFolder implements AutoCloseable {
    private final Path path;
    private final Thread hook = new Thread(this::delete, "deletes-scratch-files");

    private ScratchFolder(Path path) {
        this.path = path;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Where temporary files go. */
    static ScratchFolder create() throws IOException {
        return new ScratchFolder(Files.createTempDirectory("remap-bench-"));
    }

    static ScratchFolder createIn(Path parent) throws IOException {
        return new ScratchFolder(Files.createTempDirectory(parent, "remap-bench-"));
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    @Override
    public void close() {
        delete();
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    private void delete() {
        if (!Files.exists(path)) {
            return;
        }
        try (var files = Files.walk(path)) {
            for (Path file : files.toList().reversed()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
