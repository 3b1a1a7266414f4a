// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How the manager's program is started: by an application for itself, by a broker for an application. On the module path or the class path
 * of the process that starts it, or in the folder that the system property {@value #PATH_PROPERTY} names. Thread-safe.
 */
public final class ManagerJvm {
    /** The system property that names the folder of the manager's jars. */
    public static final String PATH_PROPERTY = "dev.remap.manager.path";

    private static final System.Logger LOG = System.getLogger(ManagerJvm.class.getName());
    private static final String MODULE = "dev.remap.manager";
    private static final String MAIN = "dev.remap.manager.ManagerMain";
    /** More options for the manager's JVM, separated by spaces: for looking into it. */
    private static final String OPTIONS = System.getProperty("dev.remap.manager.options", "");

    private ManagerJvm() {}

    /**
     * Starts the manager's program, with this process's standard error and no other streams.
     *
     * @param program from {@link #program}
     * @param scratch its temporary directory, from {@link #createScratch}
     * @param options of the JVM, besides those that every manager has
     * @throws IOException if no process can be started
     */
    public static Process start(List<String> program, Path scratch, List<String> options, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions());
        command.addAll(options);
        command.add("-Djava.io.tmpdir=" + scratch);
        if (ManagerJvm.class.desiredAssertionStatus()) {
            command.add("-ea");
        }
        command.addAll(OPTIONS.isBlank() ? List.of() : List.of(OPTIONS.strip().split("\\s+")));
        command.addAll(program);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        return builder.start();
    }

    /**
     * A small fixed heap, no periodic safepoints: a safepoint of the manager delays every fault. The method all system calls go
     * through is compiled by itself: inlined at the end of a long chain it is cut off by the compiler's inlining depth, and then
     * allocates the linker's segments on every call.
     */
    private static List<String> jvmOptions() {
        return List.of(
                "-XX:+UseSerialGC",
                "-Xms24m",
                "-Xmx64m",
                "-Xss512k",
                "-XX:ReservedCodeCacheSize=32m",
                "-XX:MaxMetaspaceSize=64m",
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:GuaranteedSafepointInterval=0",
                "-XX:-UsePerfData",
                "-XX:CompileCommand=quiet",
                "-XX:CompileCommand=dontinline,dev.remap.linux.Native::call",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + Path.of(System.getProperty("java.io.tmpdir"), "remap-manager-%p.log"),
                "--illegal-native-access=allow");
    }

    /** The arguments of {@code java} that name the manager's program in a folder of jars; empty if it is not there. */
    public static Optional<List<String>> program(String modulePath) {
        return hasManagerModule(modulePath)
                ? Optional.of(List.of("-p", modulePath, "-m", MODULE + "/" + MAIN))
                : Optional.empty();
    }

    /** The arguments of {@code java} that name the manager's program; empty if it cannot be found. */
    public static Optional<List<String>> program() {
        String given = System.getProperty(PATH_PROPERTY);
        String modulePath = given != null ? given : System.getProperty("jdk.module.path");
        if (modulePath != null && hasManagerModule(modulePath)) {
            return Optional.of(List.of("-p", modulePath, "-m", MODULE + "/" + MAIN));
        }
        if (ManagerJvm.class.getClassLoader().getResource(MAIN.replace('.', '/') + ".class") != null) {
            return Optional.of(List.of("-cp", System.getProperty("java.class.path"), MAIN));
        }
        return Optional.empty();
    }

    private static boolean hasManagerModule(String modulePath) {
        Path[] entries = Arrays.stream(modulePath.split(File.pathSeparator))
                .map(Path::of)
                .toArray(Path[]::new);
        return ModuleFinder.of(entries).find(MODULE).isPresent();
    }

    /** Where the manager's libraries unpack native code. The manager empties it at once; whoever ends last removes it. */
    public static Path createScratch() throws IOException {
        return Files.createTempDirectory("remap-manager-");
    }

    /** Removes what the manager has left behind; it does so itself unless it was killed. */
    public static void deleteScratch(Path scratch) {
        try (Stream<Path> files = Files.list(scratch)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(scratch);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the manager has removed its directory itself", e);
        }
    }
}
