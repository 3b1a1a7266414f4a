// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The project's own text files: everything below its root but build output and other tools' folders. */
record SourceTree(Path root, List<SourceFile> files) {
    private static final Set<String> OWN_HIDDEN_FOLDERS = Set.of(".mvn", ".ci", ".github");

    static SourceTree read() {
        try {
            Path root = findRoot();
            var reader = new Reader(root);
            Files.walkFileTree(root, reader);
            return new SourceTree(root, reader.files);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<SourceFile> files(Predicate<SourceFile> which) {
        return files.stream().filter(which).toList();
    }

    /** Tests run in their module's folder; the root is the folder above it that has {@code .mvn}. */
    private static Path findRoot() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve(".mvn"))) {
            folder = Optional.ofNullable(folder.getParent()).orElseThrow();
        }
        return folder;
    }

    private static final class Reader extends SimpleFileVisitor<Path> {
        private final Path root;
        private final List<SourceFile> files = new ArrayList<>();

        Reader(Path root) {
            this.root = root;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = folder.equals(root) ? "" : String.valueOf(folder.getFileName());
            boolean foreign = name.equals("target") || (name.startsWith(".") && !OWN_HIDDEN_FOLDERS.contains(name));
            return foreign ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            String path = root.relativize(file).toString();
            if (path.equals(".git")) {
                return FileVisitResult.CONTINUE; // of a linked worktree: names its repository
            }
            try {
                files.add(new SourceFile(path, Files.readAllLines(file)));
            } catch (CharacterCodingException e) {
                // Not text: no rule here is about it.
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
