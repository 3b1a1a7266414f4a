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
    private static final List<String> HEADERS = List.of("reference.h", "limited.h", "uffd_region.h");

    /** How a process that SIGKILL has ended is reported: 128 and the signal's number. */
    private static final int KILLED = 137;

    private final ScratchFolder folder;
    private final Path program;

    private CLoop(ScratchFolder folder, Path program) {
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

    /** The kernel ended the program, as a memory cgroup does when it finds nothing to reclaim. */
    static final class Killed extends IOException {
        private static final long serialVersionUID = 1;

        Killed(String message) {
            super(message);
        }
    }

    /** Compiles the program of that name, with further options for the compiler; as root, first installs what that needs. */
    static CLoop build(String name, String... options) throws Missing, IOException, InterruptedException {
        ScratchFolder folder = ScratchFolder.create();
        CLoop loop = new CLoop(folder, folder.resolve(name));
        try {
            for (String header : HEADERS) {
                loop.extract(header);
            }
            loop.extract(name + ".c");
            Program.Output compiled = loop.compile(options);
            if (compiled.status() != 0 && DebianPackages.install()) {
                compiled = loop.compile(options);
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

    private Program.Output compile(String... options) throws IOException, InterruptedException {
        String source = program + ".c";
        List<String> command = new ArrayList<>(List.of("gcc", "-O2", "-o", program.toString(), source));
        command.addAll(List.of("-llz4", "-lpthread"));
        command.addAll(List.of(options));
        try {
            return Program.run(command);
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
        if (output.status() == KILLED) {
            throw new Killed(String.join(" ", command) + ": SIGKILL");
        }
        if (output.status() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output.firstLine());
        }
        return output.bytes();
    }

    @Override
    public void close() {
        folder.close();
    }
}
