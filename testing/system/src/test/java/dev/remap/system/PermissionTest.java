// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user without any right: a userfaultfd for user mode only is to be had, or the refusal says what it needs. */
class PermissionTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int NOBODY = 65534;

    @Test
    void nobodyEitherWorksInUserModeOrIsToldWhatIsMissing(@TempDir Path directory) throws IOException {
        Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "only root can become nobody");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        List<String> command =
                new ArrayList<>(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
        command.addAll(ChildJvm.command(List.of(), readableClassPath(directory), PermissionMain.class.getName()));
        try (ChildJvm child = ChildJvm.launch(directory, command)) {
            assertThat(child.awaitExit(LIMIT)).as(child.output()).isZero();
            String support = child.awaitLine("support", LIMIT);
            if (support.startsWith("true")) {
                assertThat(support).startsWith("true false");
                assertThat(child.awaitLine("wrong", LIMIT)).isEqualTo("0");
            } else {
                assertThat(child.awaitLine("refused", LIMIT)).startsWith("PERMISSION");
            }
            assertThat(child.awaitLine("remedy", LIMIT))
                    .as("what would allow more")
                    .isNotBlank();
        }
    }

    /** The class path copied to where anybody can read it: a build may lie in somebody's home. */
    private static String readableClassPath(Path directory) {
        List<String> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            copies.add(ReadableCopy.of(Path.of(entry), directory.resolve("entry" + copies.size()))
                    .toString());
        }
        return String.join(File.pathSeparator, copies);
    }
}
