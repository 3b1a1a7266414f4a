// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import dev.remap.wire.ManagerJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs the harness in a JVM of its own and ends it if it falls silent: a JVM with a thread in a fault and a collection pending
 * cannot watch itself.
 */
final class Supervisor {
    /** Where the manager's program is; the runs see what this process sees. */
    private static final String MANAGER_PATH = ManagerJvm.PATH_PROPERTY;

    /** More than the watch needs to notice a stall by itself. */
    private static final int SILENCE_SECONDS = 45;

    private static final String END = new String("end of output");

    private final PrintStream out;

    Supervisor(PrintStream out) {
        this.out = out;
    }

    /** The exit status of a JVM that runs {@link TortureMain} with these arguments. */
    int run(List<String> jvmFlags, List<String> arguments) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(command(jvmFlags, arguments))
                .redirectErrorStream(true)
                .start();
        Thread reaper = new Thread(child::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(reaper);
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Thread.ofPlatform().daemon().name("torture-output").start(() -> collect(child, lines));
        String line = lines.poll(SILENCE_SECONDS, TimeUnit.SECONDS);
        while (line != null && !END.equals(line)) {
            out.println(line);
            line = lines.poll(SILENCE_SECONDS, TimeUnit.SECONDS);
        }
        if (line == null) {
            endSilent(child);
            return Watch.STALLED;
        }
        int status = child.waitFor();
        Runtime.getRuntime().removeShutdownHook(reaper);
        return status;
    }

    private void endSilent(Process child) throws InterruptedException {
        out.printf("SILENT for %d s: a safepoint waits for a thread in a fault, most likely.%n", SILENCE_SECONDS);
        out.println("Threads of the torture JVM:");
        KernelWaits.of(child.pid()).forEach(out::println);
        child.children().forEach(manager -> {
            out.println("Threads of its child process " + manager.pid() + ":");
            KernelWaits.of(manager.pid()).forEach(out::println);
        });
        child.destroyForcibly().waitFor();
    }

    private static void collect(Process child, BlockingQueue<String> lines) {
        try (BufferedReader reader = child.inputReader(StandardCharsets.UTF_8)) {
            for (@Nullable String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("output lost: " + e);
        }
        lines.add(END);
    }

    private static List<String> command(List<String> jvmFlags, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(jvmFlags);
        String manager = System.getProperty(MANAGER_PATH);
        if (manager != null) {
            command.add("-D" + MANAGER_PATH + "=" + manager);
        }
        String modules = System.getProperty("jdk.module.path");
        if (modules != null && TortureMain.class.getModule().isNamed()) {
            command.add("--enable-native-access=dev.remap.linux");
            command.addAll(List.of("--module-path", modules, "--module"));
            command.add("dev.remap.torture/" + TortureMain.class.getName());
        } else {
            command.add("--enable-native-access=ALL-UNNAMED");
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), TortureMain.class.getName()));
        }
        command.addAll(arguments);
        return command;
    }
}
