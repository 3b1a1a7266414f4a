// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

    /** What a system property's name begins with that is about drivers: the manager gets them all. */
    public static final String DRIVERS_PREFIX = "dev.remap.drivers.";

    /** The system property that names to a manager jars of drivers that lay on the path. */
    public static final String DRIVER_JARS_PROPERTY = DRIVERS_PREFIX + "jars";

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
        addDriverSettings(command);
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
        isolate(builder);
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
                "-XX:-EnableDynamicAgentLoading");
    }

    /**
     * Starts another main class of the manager's module, in a JVM that sees what a manager's sees, with this process's streams.
     *
     * @throws IOException if the manager's program is not there as modules, or no process can be started
     */
    public static Process startTool(String mainClass, List<String> arguments) throws IOException {
        List<String> program = program().orElse(List.of());
        if (!program.contains("-m")) {
            throw new IOException("the manager's modules are not on this program's path");
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx64m", "-XX:-EnableDynamicAgentLoading"));
        addDriverSettings(command);
        program.forEach(argument ->
                command.add(argument.replace(MODULE + "/" + MAIN, MODULE + "/" + MODULE + "." + mainClass)));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        isolate(builder);
        return builder.start();
    }

    /** Keeps from a JVM what the environment would have it see and do besides: agents, and classes that no path names. */
    public static void isolate(ProcessBuilder builder) {
        builder.environment()
                .keySet()
                .removeAll(List.of("CLASSPATH", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
    }

    private static void addDriverSettings(List<String> command) {
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith(DRIVERS_PREFIX))
                .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
    }

    /** The arguments of {@code java} that name the manager's program in a folder of jars; empty if it is not there. */
    public static Optional<List<String>> program(String modulePath) {
        return ManagerProgram.of(modulePath, MODULE + "/" + MAIN);
    }

    /**
     * The arguments of {@code java} that name the manager's program; empty if it cannot be found. On the class path it runs only where it
     * is not there as modules, a jar of everything for instance: drivers cannot be held there.
     */
    public static Optional<List<String>> program() {
        String given = System.getProperty(PATH_PROPERTY);
        String modulePath = given != null ? given : System.getProperty("jdk.module.path");
        Optional<List<String>> program = modulePath == null ? Optional.empty() : program(modulePath);
        if (program.isPresent()) {
            return program;
        }
        if (ManagerJvm.class.getClassLoader().getResource(MAIN.replace('.', '/') + ".class") == null) {
            return Optional.empty();
        }
        String classPath = System.getProperty("java.class.path");
        List<String> ungated = List.of("--illegal-native-access=allow", "-cp", classPath, MAIN);
        return Optional.of(program(classPath).orElse(ungated));
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
