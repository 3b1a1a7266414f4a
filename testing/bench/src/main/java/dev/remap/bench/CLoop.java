// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A C program of this project's, compiled here and run beside Remap. */
final class CLoop implements AutoCloseable {
    private static final String HEADER = "uffd_region.h";

    private final Path folder;
    private final Path program;

    private CLoop(Path folder, Path program) {
        this.folder = folder;
        this.program = program;
    }

    /** The C side cannot be had; the message says why, and what would help. */
    static final class Missing extends Exception {
        private static final long serialVersionUID = 1;

        Missing(String message) {
            super(message);
        }
    }

    /** Compiles the program of that name; as root, first installs what that needs. */
    static CLoop build(String name) throws Missing, IOException, InterruptedException {
        Path folder = Files.createTempDirectory("remap-bench-");
        CLoop loop = new CLoop(folder, folder.resolve(name));
        try {
            loop.extract(HEADER);
            loop.extract(name + ".c");
            Program.Output compiled = loop.compile();
            if (compiled.status() != 0 && DebianPackages.install()) {
                compiled = loop.compile();
            }
            if (compiled.status() != 0) {
                throw new Missing(compiled.firstLine() + "; run scripts/install-deps bench as root");
            }
            return loop;
        } catch (Missing | IOException | InterruptedException e) {
            loop.close();
            throw e;
        }
    }

    private void extract(String name) throws IOException {
        try (InputStream source = CLoop.class.getResourceAsStream(name)) {
            if (source == null) {
                throw new IOException(name + " is not in the jar");
            }
            Files.copy(source, folder.resolve(name));
        }
    }

    private Program.Output compile() throws IOException, InterruptedException {
        String source = program + ".c";
        try {
            return Program.run(List.of("gcc", "-O2", "-o", program.toString(), source, "-llz4", "-lpthread"));
        } catch (IOException e) {
            return new Program.Output(1, ByteBuffer.allocate(0), "no gcc: " + e.getMessage());
        }
    }

    /** What it wrote to standard output. CPU affinity is the calling thread's. */
    ByteBuffer run(Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Program.Output output = Program.run(command);
        if (output.status() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output.firstLine());
        }
        return output.bytes();
    }

    @Override
    public void close() throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
