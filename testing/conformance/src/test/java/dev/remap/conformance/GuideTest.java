// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the driver of {@code docs/guides/write-a-driver.md} to what it promises: it is short, compiles, and conforms. */
class GuideTest {
    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern MODULE = Pattern.compile("```module-info\n(.*?)```", Pattern.DOTALL);
    private static final int MAX_LINES = 150;

    @TempDir
    Path folder;

    @Test
    void theDriverOfTheGuideIsShortAndConforms() throws Exception {
        String code = code();
        assertThat(code.lines().filter(line -> !line.isBlank())).hasSizeLessThan(MAX_LINES);
        Path jar = jar(compiled(code));
        List<String> command = Launch.withJar(jar);
        command.addAll(List.of("--driver=sample", "--quick"));
        Path output = folder.resolve("output");
        Process run = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(run.waitFor(5, TimeUnit.MINUTES)).isTrue();
        String said = Files.readString(output);
        assertThat(run.exitValue()).as(said).isZero();
        assertThat(said).contains(" 0 failed").containsPattern("[1-9][0-9] passed");
    }

    private static String code() throws IOException {
        return blocks(CODE);
    }

    private static String blocks(Pattern kind) throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(root.resolve(".mvn"))) {
            root = root.resolve("..").normalize();
        }
        String guide = Files.readString(root.resolve("docs/guides/write-a-driver.md"));
        return kind.matcher(guide).results().map(block -> block.group(1)).collect(Collectors.joining());
    }

    private Path compiled(String code) throws IOException {
        Path source = Files.createDirectories(folder.resolve("example/sample")).resolve("SampleDriver.java");
        Files.writeString(source, code);
        Path module = Files.writeString(folder.resolve("module-info.java"), blocks(MODULE));
        Path classes = Files.createDirectory(folder.resolve("classes"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        List<String> options = List.of(
                "-d",
                classes.toString(),
                "-p",
                System.getProperty("java.class.path"),
                "--add-exports",
                "dev.remap.driver/dev.remap.driver.mm=example.sample");
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            boolean right = compiler.getTask(
                            messages, files, null, options, null, files.getJavaFileObjects(source, module))
                    .call();
            assertThat(right).as(messages.toString()).isTrue();
        }
        return classes;
    }

    private Path jar(Path classes) throws IOException {
        Path jar = folder.resolve("sample.jar");
        List<Path> files = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(classes)) {
            walk.filter(Files::isRegularFile).forEach(files::add);
        }
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out)) {
            for (Path file : files) {
                entries.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, entries);
            }
            entries.putNextEntry(new JarEntry("META-INF/services/dev.remap.driver.Driver"));
            entries.write("example.sample.SampleDriver\n".getBytes(StandardCharsets.UTF_8));
        }
        return jar;
    }
}
