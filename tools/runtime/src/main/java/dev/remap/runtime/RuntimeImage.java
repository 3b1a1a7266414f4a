// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.runtime;

import dev.remap.wire.ManagerJvm;
import dev.remap.wire.ManagerRuntime;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The image in one folder. What it was made from is written down in it, so that it is made again only from something else: the image by
 * another JDK, the cache from other jars.
 */
final class RuntimeImage {
    /** What the cache was made from; a line each. */
    private static final String INPUTS = "manager.inputs";

    private static final long TRAINING_S = 120;

    private final Path jars;
    private final Path folder;

    RuntimeImage(Path jars, Path folder) {
        this.jars = jars;
        this.folder = folder;
    }

    /**
     * Makes what is missing or stale.
     *
     * @throws IOException if it cannot be made, for instance because this host gives no userfaultfd to train with
     */
    void update() throws IOException, InterruptedException {
        ManagerJvm.Modules modules = ManagerJvm.modules(jars.toString())
                .orElseThrow(() -> new IOException("the manager's modules are not in " + jars));
        List<String> inputs = inputs(modules);
        Path record = folder.resolve(INPUTS);
        if (Files.exists(record) && Files.readAllLines(record).equals(inputs)) {
            Files.writeString(record, String.join("\n", inputs) + "\n"); // newer than the jars from now on
            if (!Files.exists(folder.resolve(ManagerRuntime.CACHE))) {
                throw new IOException(
                        "the last attempt failed, and nothing has changed since; remove " + record + " for another");
            }
            return;
        }
        if (!isBy(inputs.getFirst(), record)) {
            link(modules);
        }
        Files.deleteIfExists(folder.resolve(ManagerRuntime.CACHE));
        writeModules(modules);
        Files.write(record, inputs);
        closeToOthers();
        train();
    }

    private static boolean isBy(String java, Path record) throws IOException {
        return Files.exists(record) && Files.readAllLines(record).getFirst().equals(java);
    }

    /** First the JDK and what is taken of it, then each jar. The JVM holds a cache to a jar's size and time. */
    private static List<String> inputs(ManagerJvm.Modules modules) throws IOException {
        List<String> inputs = new ArrayList<>();
        inputs.add(System.getProperty("java.vendor") + " " + Runtime.version() + " "
                + String.join(",", modules.javaModules()));
        for (Map.Entry<String, Path> module : new TreeMap<>(modules.jars()).entrySet()) {
            Path jar = module.getValue();
            inputs.add(module.getKey() + " " + jar + " " + Files.size(jar) + " "
                    + Files.getLastModifiedTime(jar).toMillis());
        }
        return inputs;
    }

    /** Beside its place first: a JVM that runs from the old image keeps what it has open. */
    private void link(ManagerJvm.Modules modules) throws IOException, InterruptedException {
        Path made = folder.resolveSibling(folder.getFileName() + ".new");
        delete(made);
        run(List.of(
                System.getProperty("java.home") + "/bin/jlink",
                "--add-modules=" + String.join(",", modules.javaModules()),
                "--strip-debug",
                "--no-header-files",
                "--no-man-pages",
                "--output=" + made));
        delete(folder);
        Files.move(made, folder, StandardCopyOption.ATOMIC_MOVE);
    }

    private void writeModules(ManagerJvm.Modules modules) throws IOException {
        List<String> lines = new ArrayList<>();
        new TreeMap<>(modules.jars()).forEach((name, jar) -> lines.add(name + " " + jar.getFileName()));
        Files.write(folder.resolve(ManagerRuntime.MODULES), lines);
    }

    /** Who may write the image may do what the manager may; so nobody may but its owner, whatever the umask. */
    private void closeToOthers() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(file -> !Files.isSymbolicLink(file)).toList()) {
                Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
                if (permissions.removeAll(Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE))) {
                    Files.setPosixFilePermissions(file, permissions);
                }
            }
        }
    }

    /** The manager of a {@link TrainingMain} writes the cache when it ends, which is after its application has. */
    private void train() throws IOException, InterruptedException {
        Path made = folder.resolve(ManagerRuntime.CACHE + ".new");
        Path log = folder.resolve("training.log");
        Process training = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-D" + ManagerRuntime.PROPERTY + "=" + folder,
                        "-D" + ManagerRuntime.TRAINING_PROPERTY + "=" + made,
                        "-D" + ManagerJvm.PATH_PROPERTY + "=" + jars,
                        "-Xmx128m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        jars + "/*" + File.pathSeparator + ownLocation(),
                        TrainingMain.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!training.waitFor(TRAINING_S, TimeUnit.SECONDS)) {
            training.destroyForcibly();
            throw new IOException("the training did not end within " + TRAINING_S + " s; see " + log);
        }
        awaitEnd(log);
        if (training.exitValue() != 0 || !Files.exists(made)) {
            throw new IOException("the training made no cache; see " + log);
        }
        Files.setPosixFilePermissions(
                made,
                Set.of(
                        PosixFilePermission.OWNER_READ,
                        PosixFilePermission.OWNER_WRITE,
                        PosixFilePermission.GROUP_READ,
                        PosixFilePermission.OTHERS_READ));
        Files.move(made, folder.resolve(ManagerRuntime.CACHE), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path ownLocation() {
        return Path.of(URI.create(TrainingMain.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString()));
    }

    private static void awaitEnd(Path log) throws IOException, InterruptedException {
        for (String line : Files.readAllLines(log)) {
            if (line.startsWith(TrainingMain.MANAGER)) {
                long pid = Long.parseLong(line.substring(TrainingMain.MANAGER.length()));
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TRAINING_S);
                while (ProcessHandle.of(pid).isPresent() && System.nanoTime() < deadline) {
                    TimeUnit.MILLISECONDS.sleep(50);
                }
            }
        }
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        File log = File.createTempFile("remap-jlink-", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log)
                    .start();
            if (process.waitFor() != 0) {
                throw new IOException(command.getFirst() + ": "
                        + Files.readString(log.toPath()).strip());
            }
        } finally {
            Files.delete(log.toPath());
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
