// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import java.io.File;

/**
 * The manager's own temporary directory, into which libraries unpack their native code. Once loaded the files are not needed any more:
 * they are deleted right away, so that a manager that is killed leaves nothing but, at worst, an empty directory.
 */
final class ScratchDirectory {
    private static final String PREFIX = "remap-manager-";

    private ScratchDirectory() {}

    /** Deletes the files that have been unpacked so far. */
    static void empty() {
        File directory = directory();
        File[] files = directory.getName().startsWith(PREFIX) ? directory.listFiles() : null;
        for (File file : files == null ? new File[0] : files) {
            if (!file.delete()) {
                file.deleteOnExit();
            }
        }
    }

    /** Deletes the directory as well. */
    static void remove() {
        empty();
        File directory = directory();
        if (directory.getName().startsWith(PREFIX) && !directory.delete()) {
            directory.deleteOnExit();
        }
    }

    private static File directory() {
        return new File(System.getProperty("java.io.tmpdir"));
    }
}
