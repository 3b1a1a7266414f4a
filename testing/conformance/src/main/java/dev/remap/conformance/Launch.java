// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How to start this command again in a JVM that has one more driver on its path: a manager looks for drivers where its application does.
 */
final class Launch {
    private Launch() {}

    /** A command without the arguments of the program. */
    static List<String> withJar(Path jar) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        String modules = System.getProperty("jdk.module.path");
        if (modules != null && ConformanceMain.class.getModule().isNamed()) {
            command.add("--enable-native-access=dev.remap.linux");
            command.addAll(List.of("--module-path", modules + File.pathSeparator + jar.toAbsolutePath(), "--module"));
            command.add("dev.remap.conformance/" + ConformanceMain.class.getName());
        } else {
            command.add("--enable-native-access=ALL-UNNAMED");
            String path = System.getProperty("java.class.path") + File.pathSeparator + jar.toAbsolutePath();
            command.addAll(List.of("-cp", path, ConformanceMain.class.getName()));
        }
        return command;
    }
}
