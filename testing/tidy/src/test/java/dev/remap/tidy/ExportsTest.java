// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.modules.ExportCheck;
import dev.remap.modules.ModulesMain;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds exports, their lock file and their record to each other, and shows that a silent change is found. */
class ExportsTest {
    private static final String CLASS_PATH = System.getProperty("java.class.path");
    private static final Path ROOT = SourceTree.read().root();
    private static final String LEAF = "dev/remap/driver/package-info";

    @TempDir
    Path directory;

    @Test
    void whatIsExportedIsWhatTheLockAndTheRecordSay() throws IOException {
        assertThat(ExportCheck.problems(ROOT, CLASS_PATH)).isEmpty();
    }

    @Test
    void aBranchThatReclassifiesAPackageSilentlyFailsTheCheck() throws IOException, InterruptedException {
        String branch = branch("GPL_ONLY", "\"everything\"");
        assertThat(ExportCheck.problems(ROOT, branch))
                .contains(
                        "dev.remap.driver is GPL_ONLY, and STABLE by docs/exports: add an entry there with reason, consumers, and the way"
                                + " for those affected",
                        "exports.lock has, and the class files have not: package dev.remap.driver STABLE since 0.1.0",
                        "dev.remap.driver is GPL_ONLY, but its module exports it to everybody");
        Process check = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        branch,
                        ModulesMain.class.getName(),
                        "exports",
                        "--check",
                        "--root",
                        ROOT.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        System.out.println(said.lines().limit(4).collect(Collectors.joining("\n")));
        assertThat(check.waitFor()).as(said).isEqualTo(1);
        assertThat(said).contains("dev.remap.driver is GPL_ONLY, and STABLE by docs/exports");
    }

    @Test
    void toWriteTheLockAnewIsNotEnough() throws IOException {
        String branch = branch("GPL_ONLY", "\"everything\"");
        Path root = Files.createDirectories(directory.resolve("root"));
        copy(ROOT.resolve("docs/exports"), root.resolve("docs/exports"));
        Files.write(root.resolve("exports.lock"), ExportCheck.lines(branch));
        assertThat(ExportCheck.problems(root, branch))
                .anyMatch(problem -> problem.startsWith("dev.remap.driver is GPL_ONLY, and STABLE by docs/exports"))
                .noneMatch(problem -> problem.contains("exports.lock"));
        Files.writeString(root.resolve("docs/exports/9999-closed.md"), """
                | reclassified | `dev.remap.driver` | GPL_ONLY |

                ## Reason

                It reaches into all.

                ## Consumers

                All drivers.

                ## For those affected

                Nothing.
                """);
        assertThat(ExportCheck.problems(root, branch)).noneMatch(problem -> problem.contains("by docs/exports"));
    }

    @Test
    void anExportWithoutAClassOrWithoutAConsumerFailsTheCheck() throws IOException {
        String nobody = branch("GPL_ONLY", "\"tried\", modules = \"com.acme.nobody\"");
        assertThat(ExportCheck.problems(ROOT, nobody))
                .noneMatch(problem -> problem.startsWith("dev.remap.driver is GPL_ONLY and nothing"));
        Path classes = driverApi();
        Files.delete(classes.resolve(LEAF + ".class"));
        assertThat(ExportCheck.problems(ROOT, with(classes)))
                .contains("dev.remap.driver is exported and has no @Exported in its package-info");
        Path alone = Files.createDirectories(directory.resolve("alone"));
        copy(driverApi(), alone);
        assertThat(ExportCheck.problems(ROOT, alone.toString()))
                .anyMatch(problem -> problem.startsWith(
                        "dev.remap.driver.grant is GPL_ONLY and nothing in this repository uses it"));
    }

    @Test
    void anEntryThatSaysNothingIsNone() throws IOException {
        Path root = Files.createDirectories(directory.resolve("root"));
        copy(ROOT.resolve("docs/exports"), root.resolve("docs/exports"));
        Files.copy(ROOT.resolve("exports.lock"), root.resolve("exports.lock"));
        Files.writeString(root.resolve("docs/exports/9999-empty.md"), "## Reason\n\n## Consumers\n\nNobody.\n");
        assertThat(ExportCheck.problems(root, CLASS_PATH))
                .contains(
                        "docs/exports/9999-empty.md has nothing under \"## Reason\"",
                        "docs/exports/9999-empty.md has nothing under \"## For those affected\"");
    }

    /** The class path of a branch whose leaf of the driver interface has another class. */
    private String branch(String exportClass, String reason) throws IOException {
        Path classes = driverApi();
        Path compiled = directory.resolve("compiled"); // apart: beside a module declaration it would be of that module
        Path source = Files.createDirectories(directory.resolve("source")).resolve("package-info.java");
        Files.writeString(
                source,
                "@dev.remap.export.Exported(value = dev.remap.export.ExportClass." + exportClass
                        + ", since = \"0.1.0\", reason = " + reason + ")\npackage dev.remap.driver;\n");
        int status = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(
                        System.out,
                        System.err,
                        "-proc:none",
                        "-cp",
                        CLASS_PATH,
                        "-d",
                        compiled.toString(),
                        source.toString());
        assertThat(status).isZero();
        Files.copy(
                compiled.resolve(LEAF + ".class"),
                classes.resolve(LEAF + ".class"),
                StandardCopyOption.REPLACE_EXISTING);
        return with(classes);
    }

    private static String with(Path driverApi) {
        return driverApi
                + File.pathSeparator
                + Stream.of(CLASS_PATH.split(File.pathSeparator, -1))
                        .filter(entry -> !isDriverApi(entry))
                        .collect(Collectors.joining(File.pathSeparator));
    }

    private static boolean isDriverApi(String entry) {
        return entry.matches(".*/driver-api/target/.*|.*/remap-driver-api-[^/]*");
    }

    /** A copy of the driver interface's classes that may be changed. */
    private Path driverApi() throws IOException {
        Path from = Path.of(List.of(CLASS_PATH.split(File.pathSeparator, -1)).stream()
                .filter(ExportsTest::isDriverApi)
                .findFirst()
                .orElseThrow());
        Path to = directory.resolve("driver-api-" + System.nanoTime());
        if (Files.isDirectory(from)) {
            copy(from, to);
            return to;
        }
        try (FileSystem jar = FileSystems.newFileSystem(from)) {
            copy(jar.getPath("/"), to);
        }
        return to;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
