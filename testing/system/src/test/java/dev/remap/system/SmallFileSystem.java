// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** A file system in a file, or in memory, mounted until it is closed. Skips the test where that cannot be. */
final class SmallFileSystem implements AutoCloseable {
    private static final int DEADLINE_SECONDS = 30;

    final Path directory;

    /** What to mount. */
    enum Kind {
        EXT4("mkfs.ext4 -q -F -m 0"),
        /** Not below 300 MiB. */
        XFS("mkfs.xfs -q -f"),
        TMPFS("");

        private final String maker;

        Kind(String maker) {
            this.maker = maker;
        }
    }

    /** An ext4. */
    SmallFileSystem(Path scratch, long bytes) throws IOException {
        this(scratch, Kind.EXT4, bytes);
    }

    SmallFileSystem(Path scratch, Kind kind, long bytes) throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
        directory = Files.createDirectory(scratch.resolve("mounted"));
        if (kind == Kind.TMPFS) {
            assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "remap-test", directory.toString()), "tmpfs");
            return;
        }
        Path image = scratch.resolve("image");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(bytes);
        }
        String make = kind.maker + " " + image;
        assumeTrue(run(make.split(" ")), make + " does not work here");
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
        try {
            Eventually.await(
                    directory + " is no longer in use",
                    Duration.ofSeconds(DEADLINE_SECONDS),
                    () -> run("umount", directory.toString()));
        } catch (AssertionError e) {
            run("umount", "-l", directory.toString());
            throw e;
        }
    }
}
