// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import dev.remap.wire.ManagerJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs DriverMain in a JVM that is set up as a manager's is. */
record GateJvm(int status, String output) {
    private static final String MANAGER = "dev.remap.manager/dev.remap.manager.";

    /** Options of the JVM, then a command of DriverMain with its arguments. */
    static GateJvm run(List<String> options, String command, Object... arguments) {
        List<String> line = new ArrayList<>();
        line.add(System.getProperty("java.home") + "/bin/java");
        line.addAll(List.of("-ea", "-XX:+UseSerialGC", "-Xmx64m", "-XX:-EnableDynamicAgentLoading"));
        line.addAll(options);
        for (String argument : ManagerJvm.program().orElseThrow()) {
            line.add(argument.startsWith(MANAGER) ? MANAGER + "DriverMain" : argument);
        }
        line.add(command);
        for (Object argument : arguments) {
            line.add(argument.toString());
        }
        try {
            ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
            ManagerJvm.isolate(builder);
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new GateJvm(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The option that adds classes to the driver interface. */
    static String with(Path classes) {
        return "--patch-module=dev.remap.driver=" + classes;
    }
}
