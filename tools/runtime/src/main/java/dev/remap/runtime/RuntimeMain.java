// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.runtime;

import java.io.IOException;
import java.nio.file.Path;

/** Makes the manager's run-time image, for {@code ./remap build}. */
public final class RuntimeMain {
    private static final int EXIT_USAGE = 2;
    private static final int EXIT_FAILED = 1;

    private RuntimeMain() {}

    /** Arguments: the folder of the jars, the folder to make. Exits with 1 if there is no image afterwards that can be used. */
    public static void main(String[] args) throws InterruptedException {
        if (args.length != 2) {
            System.err.println("usage: RuntimeMain FOLDER-OF-JARS FOLDER");
            System.exit(EXIT_USAGE);
            return;
        }
        try {
            new RuntimeImage(Path.of(args[0]).toAbsolutePath(), Path.of(args[1]).toAbsolutePath()).update();
        } catch (IOException e) {
            System.err.println("no run-time image for managers: " + e.getMessage());
            System.exit(EXIT_FAILED);
        }
    }
}
