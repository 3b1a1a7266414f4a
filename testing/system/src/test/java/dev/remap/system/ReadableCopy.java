// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Jars and folders of classes copied to where every user can read them: a build may lie in somebody's home. */
final class ReadableCopy {
    private ReadableCopy() {}

    /** Copies a jar or a folder, unless that is done; answers where it is. */
    static Path of(Path from, Path place) {
        Path to = from.toString().endsWith(".jar") ? Path.of(place + ".jar") : place;
        if (!Files.exists(from) || Files.exists(to)) {
            return to;
        }
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, from.equals(file) ? to : copy);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return to;
    }
}
