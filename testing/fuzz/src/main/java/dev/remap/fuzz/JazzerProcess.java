// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.fuzz;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Jazzer in a JVM of its own, since it instruments classes and ends its process. */
final class JazzerProcess {
    private static final String MAIN = "com.code_intelligence.jazzer.Jazzer";
    private static final String PATH_PROPERTY = "dev.remap.fuzz.path";
    private static final String LONGEST_INPUT_BYTES = "65536";
    private static final String SLOWEST_INPUT_SECONDS = "5";
    private static final String MOST_MEMORY_MB = "1024";

    private JazzerProcess() {}

    /** How long a run lasts: the first limit of the two that is reached; 0 is none. */
    record Limits(int seconds, long executions) {}

    /**
     * Runs to the end; answers the exit status.
     *
     * @param corpus where inputs are read from and new ones are kept
     * @param findings where an input that violates something is written
     */
    static int run(Limits limits, long seed, Path corpus, Path findings, Consumer<String> lines)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(limits, seed, corpus, findings))
                .redirectErrorStream(true)
                .start();
        Thread ender = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(ender);
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            output.lines().forEach(lines);
        }
        int status = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(ender);
        return status;
    }

    private static List<String> command(Limits limits, long seed, Path corpus, Path findings) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-ea",
                "-Xmx256m",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                classPath(),
                MAIN,
                "--target_class=" + WireFuzzTarget.class.getName(),
                "--instrumentation_includes=dev.remap.wire.**",
                "--reproducer_path=" + findings,
                "-artifact_prefix=" + findings + "/",
                "-use_value_profile=1",
                "-max_len=" + LONGEST_INPUT_BYTES,
                "-timeout=" + SLOWEST_INPUT_SECONDS,
                "-rss_limit_mb=" + MOST_MEMORY_MB,
                "-seed=" + seed));
        if (limits.seconds() > 0) {
            command.add("-max_total_time=" + limits.seconds());
        }
        if (limits.executions() > 0) {
            command.add("-runs=" + limits.executions());
        }
        command.add(corpus.toString());
        return command;
    }

    /** This JVM's class path, its module path as one, and the folder that the launcher names. */
    private static String classPath() {
        List<String> entries = new ArrayList<>();
        for (String property : List.of("java.class.path", "jdk.module.path", PATH_PROPERTY)) {
            String path = System.getProperty(property, "");
            Arrays.stream(path.split(File.pathSeparator))
                    .filter(entry -> !entry.isBlank())
                    .forEach(entries::add);
        }
        return entries.stream().map(JazzerProcess::withJars).collect(Collectors.joining(File.pathSeparator));
    }

    /** A folder of jars needs a star; one of classes must not have it. */
    private static String withJars(String entry) {
        String[] jars = new File(entry).list((_, name) -> name.endsWith(".jar"));
        return jars != null && jars.length > 0 ? entry + File.separator + "*" : entry;
    }
}
