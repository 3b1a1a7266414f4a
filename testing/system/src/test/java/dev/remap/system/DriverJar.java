// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.driver.DriverModule;
import dev.remap.export.Exported;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A driver that a test writes: sources in, a jar of a module out, by the JDK's own tools. */
final class DriverJar {
    private final Path folder;
    private final String module;
    private final List<String> options = new ArrayList<>();
    private final List<Path> sources = new ArrayList<>();
    private final List<Path> modulePath =
            new ArrayList<>(List.of(placeOf(DriverModule.class), placeOf(Exported.class), placeOf(Nullable.class)));

    private DriverJar(Path folder, String module) {
        this.folder = folder;
        this.module = module;
    }

    /** An empty module below a folder. */
    static DriverJar of(Path directory, String module) {
        return new DriverJar(directory.resolve(module), module);
    }

    /** Where a class of the build comes from. */
    static Path placeOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Its declaration: a licence (none if empty), and what it says between the braces. */
    DriverJar declare(String licence, String directives) {
        String annotation = licence.isEmpty()
                ? ""
                : "@dev.remap.driver.DriverModule(licence = \"" + licence
                        + "\", author = \"Acme\", description = \"a sample\")\n";
        return source(
                "module-info", annotation + "module " + module + " { requires dev.remap.driver; " + directives + " }");
    }

    /** A source file by the name of its type, with dots; in the text, PACKAGE stands for the package. */
    DriverJar source(String type, String text) {
        Path file = folder.resolve("src").resolve(type.replace('.', '/') + ".java");
        int end = type.lastIndexOf('.');
        try {
            Files.createDirectories(file.getParent());
            String header = end < 0 ? "" : "package " + type.substring(0, end) + ";\n";
            Files.writeString(file, header + text.replace("PACKAGE", end < 0 ? "" : type.substring(0, end)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sources.add(file);
        return this;
    }

    /** The whole text of a source file that there is already. */
    DriverJar rewrite(String type, String text) {
        try {
            Files.writeString(folder.resolve("src").resolve(type.replace('.', '/') + ".java"), text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A package of the driver interface that is closed to others than this at compile time, as a driver's author opens it. */
    DriverJar sees(String packageName) {
        return option("--add-exports", "dev.remap.driver/" + packageName + "=" + module);
    }

    /** What a module of the path is extended by. */
    DriverJar patch(Path classes) {
        return option("--patch-module", "dev.remap.driver=" + classes);
    }

    DriverJar option(String... more) {
        options.addAll(List.of(more));
        return this;
    }

    /** Another release's driver interface to compile against. */
    DriverJar against(String version) {
        Path api = folder.resolve("api.jar");
        Path classes = placeOf(DriverModule.class);
        List<String> arguments = new ArrayList<>(List.of("--file", api.toString(), "--module-version", version));
        if (Files.isDirectory(classes)) {
            arguments.addFirst("--create");
            arguments.addAll(List.of("-C", classes.toString(), "."));
        } else {
            copy(classes, api);
            arguments.addFirst("--update");
        }
        run("jar", arguments);
        modulePath.set(0, api);
        return this;
    }

    private static void copy(Path from, Path to) {
        try {
            Files.createDirectories(to.getParent());
            Files.copy(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another driver that it requires. */
    DriverJar with(Path jar) {
        modulePath.add(jar);
        return this;
    }

    /** Compiles and packs. */
    Path build() {
        compile();
        return pack();
    }

    /** Compiles only, and answers where the classes are. */
    Path compile() {
        Path classes = folder.resolve("classes");
        List<String> arguments = new ArrayList<>(options);
        String path = String.join(
                File.pathSeparator, modulePath.stream().map(Path::toString).toList());
        arguments.addAll(List.of("-Xlint:none", "-proc:none", "-d", classes.toString(), "-p", path));
        sources.forEach(file -> arguments.add(file.toString()));
        run("javac", arguments);
        return classes;
    }

    /** Makes a class file of the last {@link #compile} a file that nobody takes for one. */
    DriverJar hide(String type) {
        Path file = folder.resolve("classes").resolve(type.replace('.', '/') + ".class");
        try {
            Files.move(file, file.resolveSibling(file.getFileName().toString().replace(".class", ".bin")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Packs what was compiled. */
    Path pack() {
        Path jar = folder.resolve(module + ".jar");
        run(
                "jar",
                List.of(
                        "--create",
                        "--file",
                        jar.toString(),
                        "-C",
                        folder.resolve("classes").toString(),
                        "."));
        return jar;
    }

    static void run(String tool, List<String> arguments) {
        ToolProvider provider = ToolProvider.findFirst(tool).orElseThrow();
        assertThat(provider.run(System.out, System.err, arguments.toArray(String[]::new)))
                .as(tool + " " + arguments)
                .isZero();
    }

    /** Runs a program of the JDK that is no tool provider. */
    static void runProgram(String name, String... arguments) throws IOException, InterruptedException {
        List<String> command = Stream.concat(
                        Stream.of(System.getProperty("java.home") + "/bin/" + name), Stream.of(arguments))
                .toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
