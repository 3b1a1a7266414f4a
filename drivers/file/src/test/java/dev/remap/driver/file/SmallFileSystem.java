// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** An ext4 of a few MiB in a file, mounted until it is closed. Skips the test where that cannot be. */
final class SmallFileSystem implements AutoCloseable {
    private static final int DEADLINE_SECONDS = 30;

    final Path directory;

    SmallFileSystem(Path scratch, long bytes) throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
        Path image = scratch.resolve("image");
        directory = Files.createDirectory(scratch.resolve("mounted"));
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(bytes);
        }
        assumeTrue(run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString()), "mkfs.ext4 does not work here");
        assumeTrue(run("mount", "-o", "loop", image.toString(), directory.toString()), "loop mounts do not work here");
    }

    private static boolean run(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boolean ended = process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS);
            return ended && process.exitValue() == 0;
        } catch (IOException e) {
            System.out.println(Arrays.toString(command) + ": " + e.getMessage());
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    long freeBytes() {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (!run("umount", directory.toString())) {
            run("umount", "-l", directory.toString());
            throw new AssertionError(directory + " was still in use");
        }
    }
}
