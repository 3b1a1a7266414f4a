// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.wire.Keepsakes;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The manager's own temporary directory, into which libraries unpack their native code. Once loaded the files are not needed any more:
 * they are deleted right away, so that a manager that is killed leaves nothing but, at worst, an empty directory.
 */
final class ScratchDirectory {
    private static final String PREFIX = "remap-manager-";
    private static final String KEY = "scratch";

    private ScratchDirectory() {}

    /** Deletes the files that have been unpacked so far. */
    static void empty() {
        empty(directory());
    }

    /** Deletes the directory as well. */
    static void remove() {
        remove(directory());
    }

    /** Deletes the scratch directory of a process that has ended; nothing if that is no such directory. */
    static void remove(File directory) {
        empty(directory);
        if (directory.getName().startsWith(PREFIX) && directory.isDirectory() && !directory.delete()) {
            directory.deleteOnExit();
        }
    }

    /** Has the next manager remove what this one may leave behind. */
    static void keep(Keepsakes keepsakes) throws IOException {
        keepsakes.keep(KEY, directory().getPath().getBytes(StandardCharsets.UTF_8));
    }

    /** Removes what a dead manager has left behind. */
    static void removeKept(Keepsakes keepsakes) {
        Keepsakes.Kept kept = keepsakes.get(KEY);
        if (kept != null) {
            remove(new File(new String(kept.value(), StandardCharsets.UTF_8)));
        }
    }

    /** A new directory of the same kind for another process. */
    static Path sibling() throws IOException {
        File own = directory();
        File parent = own.getName().startsWith(PREFIX) ? own.getParentFile() : own;
        return Files.createTempDirectory(parent.toPath(), PREFIX);
    }

    private static void empty(File directory) {
        File[] files = directory.getName().startsWith(PREFIX) ? directory.listFiles() : null;
        for (File file : files == null ? new File[0] : files) {
            if (!file.delete()) {
                file.deleteOnExit();
            }
        }
    }

    private static File directory() {
        return new File(System.getProperty("java.io.tmpdir"));
    }
}
