// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A program of this class path in a JVM of its own, which tells how it gets on line by line. Ended by {@link #close}. */
final class ChildProgram implements AutoCloseable {
    private static final long PATIENCE_S = 300;

    private final String name;
    private final Process process;
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private ChildProgram(String name, Process process) {
        this.name = name;
        this.process = process;
        Thread.ofPlatform().daemon().name("reads-" + name).start(this::read);
    }

    /** Starts it as this user. */
    static ChildProgram start(String main, Object... arguments) throws IOException {
        return start(List.of(), main, arguments);
    }

    /** Starts it by another program, which may change its user. */
    static ChildProgram start(List<String> by, String main, Object... arguments) throws IOException {
        return start(by, new Jvm(List.of("-Xmx256m"), System.getProperty("java.class.path")), main, arguments);
    }

    /** What it is started with besides native access. */
    record Jvm(List<String> options, String classPath) {}

    /** Starts it by another program, or none, in such a JVM. */
    static ChildProgram start(List<String> by, Jvm jvm, String main, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(by);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm.options());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", jvm.classPath(), main));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Process process = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new ChildProgram(main, process);
    }

    private void read() {
        try (BufferedReader output = process.inputReader()) {
            output.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            lines.add("unreadable: " + e.getMessage());
        }
        lines.add("ended");
    }

    /** The rest of the next line that begins like this; others before it are dropped. */
    String await(String prefix) throws IOException, InterruptedException {
        while (true) {
            String line = lines.poll(PATIENCE_S, TimeUnit.SECONDS);
            if (line == null || line.equals("ended")) {
                throw new IOException(name + " ended, or says no \"" + prefix + "\"; its messages are above");
            }
            if (line.startsWith(prefix)) {
                return line.substring(prefix.length()).strip();
            }
        }
    }

    /** Drops what it has said so far. */
    void forget() {
        lines.clear();
    }

    void send(String line) throws IOException {
        Writer input = process.outputWriter();
        input.write(line + System.lineSeparator());
        input.flush();
    }

    long pid() {
        return process.pid();
    }

    /** Sends a signal, by {@code kill}'s name for it. */
    void signal(String which) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + which, Long.toString(pid())).start().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
