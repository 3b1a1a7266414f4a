// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

    /** In the place of a socket's name among the arguments: it comes on the standard input. */
    public static final String TOLD = "-";

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
        List<String> command = command(System.getProperty("java.home").concat("/bin/java"), scratch, options);
        addDriverSettings(command);
        command.addAll(program);
        command.addAll(arguments);
        return processOf(command).redirectInput(new File("/dev/null")).start();
    }

    /**
     * The same by a run-time image of the manager's own, or by this process's Java if {@code runtime} is null. The process is told where to
     * meet this one by {@link #tell}, so that it can start before that place is there; its last argument but one is {@value #TOLD}.
     *
     * @throws IOException if no process can be started
     * @throws java.io.FileNotFoundException if the manager's program cannot be found
     */
    public static Process startEarly(
            @Nullable ManagerRuntime runtime, Path scratch, List<String> options, List<String> arguments)
            throws IOException {
        List<String> command;
        if (runtime == null) {
            command = command(System.getProperty("java.home").concat("/bin/java"), scratch, options);
            addDriverSettings(command);
            command.addAll(program().orElseThrow(() -> new FileNotFoundException(MODULE)));
        } else {
            command = command(runtime.java(), scratch, options);
            command.addAll(runtime.options());
            command.add("-m");
            command.add(MODULE.concat("/").concat(MAIN));
        }
        command.addAll(arguments);
        return processOf(command).start();
    }

    /**
     * Tells a process from {@link #startEarly} the name of the place to meet at.
     *
     * @throws IOException if it has ended
     */
    public static void tell(Process process, String name) throws IOException {
        try (OutputStream out = process.getOutputStream()) {
            out.write(name.concat("\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    /**
     * Whether the JVM of an image takes its cache. Starts one that does nothing else, which takes some tenths of a second.
     *
     * @throws IOException if it cannot be started
     */
    public static boolean takesCache(ManagerRuntime runtime) throws IOException, InterruptedException {
        List<String> command = command(runtime.java(), Path.of(System.getProperty("java.io.tmpdir")), List.of());
        command.addAll(runtime.options());
        command.addAll(List.of("-XX:AOTMode=on", "--dry-run", "-m", MODULE + "/" + MAIN));
        return processOf(command)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private static List<String> command(String java, Path scratch, List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(java);
        command.addAll(jvmOptions());
        command.addAll(options);
        command.add("-Djava.io.tmpdir=".concat(scratch.toString()));
        if (ManagerJvm.class.desiredAssertionStatus()) {
            command.add("-ea");
        }
        if (!OPTIONS.isBlank()) {
            command.addAll(List.of(OPTIONS.strip().split("\\s+")));
        }
        return command;
    }

    private static ProcessBuilder processOf(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        isolate(builder);
        return builder;
    }

    /**
     * A small heap, no periodic safepoints: a safepoint of the manager delays every fault. What the compilers leave in malloc's lists,
     * 16 MiB after a start, is given back every five seconds. The method all system calls go through is compiled by itself: inlined at
     * the end of a long chain it is cut off by the compiler's inlining depth, and then allocates the linker's segments on every call.
     */
    private static List<String> jvmOptions() {
        return List.of(
                "-XX:+UseSerialGC",
                "-Xms8m",
                "-Xmx64m",
                "-Xss512k",
                "-XX:ReservedCodeCacheSize=32m",
                "-XX:MaxMetaspaceSize=64m",
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:GuaranteedSafepointInterval=0",
                "-XX:TrimNativeHeapInterval=5000",
                "-XX:-UsePerfData",
                "-XX:CompileCommand=quiet",
                "-XX:CompileCommand=dontinline,dev.remap.linux.Native::call",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=".concat(System.getProperty("java.io.tmpdir")).concat("/remap-manager-%p.log"),
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

    /**
     * What the manager's program consists of.
     *
     * @param jars the jar of each module that is not Java's
     * @param javaModules the modules of Java that these require
     */
    public record Modules(Map<String, Path> jars, List<String> javaModules) {
        /** Copies both. */
        public Modules {
            jars = Map.copyOf(jars);
            javaModules = List.copyOf(javaModules);
        }
    }

    /** The modules of the manager's program in a folder of jars; empty if it is not there. */
    public static Optional<Modules> modules(String modulePath) {
        return ManagerProgram.modules(modulePath, MODULE);
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
            System.getLogger(ManagerJvm.class.getName())
                    .log(System.Logger.Level.DEBUG, "the manager has removed its directory itself", e);
        }
    }
}
