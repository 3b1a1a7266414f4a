// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a process without rights gets, with and without a descriptor of the device granted to it. */
@Timeout(60)
class UnprivilegedTest {

    private static final String SETPRIV = "/usr/bin/setpriv";

    @TempDir
    Path classes;

    /** Runs as nobody; its standard input is the granted descriptor if there is one. */
    static final class Main {
        public static void main(String[] args) {
            boolean granted = args.length > 0 && args[0].equals("granted");
            UserfaultfdAccess.Result result =
                    UserfaultfdAccess.open(Userfaultfd.UFFD_FEATURE_MISSING_SHMEM, granted ? 0 : -1);
            for (UserfaultfdAccess.Attempt attempt : result.attempts()) {
                System.out.println(attempt.way() + " " + Errno.name(attempt.errno()) + " " + attempt.remedy());
            }
            System.out.println("kernelFaults " + result.kernelFaults());
        }
    }

    @BeforeEach
    void needsRootOnAClosedSystem() throws IOException, URISyntaxException {
        assumeTrue(PeerCredentials.self().uid() == 0, "needs root, to drop it");
        assumeTrue(Files.isExecutable(Path.of(SETPRIV)), "needs " + SETPRIV);
        assumeTrue(
                ProcFs.read(Path.of("/proc/sys/vm/unprivileged_userfaultfd")).startsWith("0"),
                "vm.unprivileged_userfaultfd is on");
        assumeTrue(Files.exists(Path.of(Userfaultfd.DEVICE)), "no " + Userfaultfd.DEVICE);
        for (Class<?> origin : List.of(UserfaultfdAccess.class, Main.class)) {
            copy(Path.of(
                    origin.getProtectionDomain().getCodeSource().getLocation().toURI()));
        }
    }

    private void copy(Path from) throws IOException {
        assumeTrue(Files.isDirectory(from), "needs class directories");
        Files.setPosixFilePermissions(classes, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path to = classes.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
        }
    }

    private String run(boolean granted) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(SETPRIV, "--reuid=65534", "--regid=65534", "--clear-groups"));
        command.addAll(ChildJvm.command(classes.toString(), Main.class, List.of("--enable-native-access=ALL-UNNAMED")));
        command.add(granted ? "granted" : "alone");
        ProcessBuilder builder = new ProcessBuilder(command).directory(new File("/"));
        if (granted) {
            builder.redirectInput(new File(Userfaultfd.DEVICE));
        }
        return ChildJvm.output(builder);
    }

    @Test
    void aloneItGetsUserModeOnlyAndIsToldWhy() throws Exception {
        String output = run(false);
        assertThat(output.lines())
                .anyMatch(line -> line.startsWith("DEVICE EACCES") && line.contains("chgrp"))
                .anyMatch(line -> line.startsWith("SYSCALL EPERM") && line.contains("vm.unprivileged_userfaultfd=1"))
                .anyMatch(line -> line.startsWith("SYSCALL_USER_MODE_ONLY 0"))
                .contains("kernelFaults false");
    }

    @Test
    void aGrantedDescriptorGivesItAFullUserfaultfd() throws Exception {
        assertThat(run(true).lines())
                .anyMatch(line -> line.startsWith("GRANTED 0"))
                .contains("kernelFaults true");
    }
}
