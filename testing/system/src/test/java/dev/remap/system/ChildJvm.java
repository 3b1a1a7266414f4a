// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A program of this class path in a JVM of its own, ended when the test closes it. */
final class ChildJvm implements AutoCloseable {
    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private volatile boolean outputEnded;

    private ChildJvm(Process process) {
        this.process = process;
        Thread.ofPlatform().daemon().name("child-output").start(this::collect);
    }

    /** Starts it in a directory where crash logs may go. */
    static ChildJvm start(Path directory, List<String> flags, Class<?> main, Object... arguments) {
        return launch(directory, command(flags, System.getProperty("java.class.path"), main.getName(), arguments));
    }

    static List<String> command(List<String> flags, String classPath, String main, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(List.of("-ea", "--enable-native-access=ALL-UNNAMED", "-Xmx128m", "-XX:-CreateCoredumpOnCrash"));
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath, main));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }

    static ChildJvm launch(Path directory, List<String> command) {
        try {
            return new ChildJvm(new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    void send(String line) {
        try {
            Writer input = process.outputWriter(StandardCharsets.UTF_8);
            input.write(line + System.lineSeparator());
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The rest of the first line that begins like this. */
    String awaitLine(String prefix, Duration limit) {
        try {
            Eventually.await(prefix + " from the child", limit, () -> find(prefix) != null || !alive());
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + System.lineSeparator() + output(), e);
        }
        joinOutputIfEnded();
        String found = find(prefix);
        if (found == null) {
            throw new AssertionError("the child ended without \"" + prefix + "\", and said:\n" + output());
        }
        return found;
    }

    /** Its exit status; fails if it has not ended by then. */
    int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the child still runs after " + limit + ", and said:\n" + output());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        joinOutputIfEnded();
        return process.exitValue();
    }

    String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        kill();
        Eventually.await("end of the child", Duration.ofSeconds(20), () -> !alive());
    }

    private @Nullable String find(String prefix) {
        synchronized (lines) {
            for (String line : lines) {
                if (line.startsWith(prefix)) {
                    return line.substring(prefix.length()).strip();
                }
            }
            return null;
        }
    }

    /** A child's last lines may come after its end; but a grandchild may hold the pipe open. */
    private void joinOutputIfEnded() {
        if (!alive()) {
            long began = System.nanoTime();
            while (!outputEnded && System.nanoTime() - began < 2_000_000_000L) {
                Thread.onSpinWait();
            }
        }
    }

    private void collect() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            reader.lines().forEach(line -> {
                synchronized (lines) {
                    lines.add(line);
                }
            });
        } catch (IOException | UncheckedIOException e) {
            synchronized (lines) {
                lines.add("output lost: " + e);
            }
        }
        outputEnded = true;
    }
}
