// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs one way in a JVM of its own, inside the memory group if there is one. */
final class WayProcess {
    private static final double MAX_SECONDS_A_PHASE = 8;
    private static final int KILLED = 137;

    /** Told how far it is. */
    interface Listener {
        /** So many lookups of a phase are done. */
        void at(Phase phase, long done);

        /** A phase has ended. */
        void finished(Phase phase, PhaseResult result);
    }

    private final FilesSizing sizing;
    private final IndexFiles files;
    private final @Nullable MemoryGroup group;

    WayProcess(FilesSizing sizing, IndexFiles files, @Nullable MemoryGroup group) {
        this.sizing = sizing;
        this.files = files;
        this.group = group;
    }

    /** Blocks until it is done. */
    Map<Phase, PhaseResult> run(Way way, CleanUp cleanUp, Listener progress) throws IOException {
        Path log = Files.createTempFile("remap-demo-safepoints-", ".log");
        cleanUp.add(() -> Files.deleteIfExists(log));
        List<String> command = command(way, log);
        Process process = new ProcessBuilder(group == null ? command : group.wrap(command))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        cleanUp.add(() -> end(process));
        Map<Phase, PhaseResult> results = read(process, progress);
        int status = await(process);
        if (status != 0 || results.size() != Phase.values().length) {
            throw failure(way, status);
        }
        Files.deleteIfExists(log);
        return results;
    }

    private IOException failure(Way way, int status) {
        String reason = status == KILLED && group != null
                ? "was ended by the kernel: " + Units.bytes(sizing.memoryBytes()) + " are too little memory for it"
                : "ended with status " + status;
        return new IOException("the JVM for " + way.title() + " " + reason);
    }

    private List<String> command(Way way, Path log) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Stream.of("-XX:+UseSerialGC", "-Xms64m", "-Xmx64m", "-XX:-UsePerfData").forEach(command::add);
        SafepointLog.options(log).forEach(command::add);
        String modulePath = System.getProperty("jdk.module.path");
        if (modulePath != null) {
            command.addAll(List.of("--enable-native-access=dev.remap.linux", "-p", modulePath));
            command.addAll(List.of("-m", "dev.remap.demo/" + LookupMain.class.getName()));
        } else {
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
            command.add(LookupMain.class.getName());
        }
        command.addAll(List.of(way.name(), files.directory().toString(), Integer.toString(sizing.lookups())));
        command.addAll(
                List.of(Double.toString(MAX_SECONDS_A_PHASE), Long.toString(sizing.dramBytes()), log.toString()));
        return command;
    }

    private static Map<Phase, PhaseResult> read(Process process, Listener progress) throws IOException {
        Map<Phase, PhaseResult> results = new EnumMap<>(Phase.class);
        try (BufferedReader in = process.inputReader()) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ", 3);
                if (words.length == 3 && words[0].equals("at")) {
                    progress.at(Phase.valueOf(words[1]), Long.parseLong(words[2]));
                } else if (words.length == 3 && words[0].equals("result")) {
                    Phase phase = Phase.valueOf(words[1]);
                    PhaseResult result = PhaseResult.parse(JSON.std.mapFrom(words[2]));
                    results.put(phase, result);
                    progress.finished(phase, result);
                }
            }
        }
        return results;
    }

    private static int await(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            end(process);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Its descendants end with it. */
    private static void end(Process process) {
        process.destroyForcibly();
        process.onExit().join();
    }
}
