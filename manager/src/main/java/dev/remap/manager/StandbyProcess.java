// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.page.CrashPoints;
import dev.remap.wire.ManagerJvm;
import dev.remap.wire.ManagerRuntime;
import dev.remap.wire.MeetingPoint;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts a standby: a JVM with this one's options that connects and waits.
 *
 * @param scratch its temporary directory, which it removes when it ends in good order
 */
record StandbyProcess(Process process, int socket, Path scratch) {
    private static final long CONNECT_NS = 30_000_000_000L;
    private static final String TMPDIR = "-Djava.io.tmpdir=";
    private static final String EARLIER = "-XX:CompileCommand=CompileThresholdScaling,";
    private static final String TENTH = ",0.1";

    /** What a takeover does for each page is compiled for good after a tenth of the usual calls: a rehearsal makes no more. */
    static final List<String> ADOPTING = List.of(
            "dev.remap.core.reclaim.Adoption::*",
            "dev.remap.driver.zram.ZramTier::adopt",
            "dev.remap.driver.zram.SlotAllocator::adopt",
            "dev.remap.driver.file.SlotAllocator::adopt");

    static StandbyProcess start() throws IOException {
        Path scratch = ScratchDirectory.sibling();
        try (MeetingPoint meeting = MeetingPoint.open()) {
            Process process = spawn(meeting.name(), scratch);
            int socket = accept(meeting, process);
            if (socket < 0) {
                process.destroyForcibly();
                throw new IOException("it did not connect");
            }
            return new StandbyProcess(process, socket, scratch);
        } catch (IOException e) {
            Files.deleteIfExists(scratch);
            throw e;
        }
    }

    private static int accept(MeetingPoint meeting, Process process) {
        long start = System.nanoTime();
        int socket = -1;
        while (socket < 0 && process.isAlive() && System.nanoTime() - start < CONNECT_NS) {
            socket = meeting.tryAccept(process.pid());
        }
        return socket;
    }

    private static Process spawn(String socketName, Path scratch) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (!option.startsWith(TMPDIR)
                    && !option.startsWith("-D" + CrashPoints.PLAN_PROPERTY)
                    && !option.startsWith("-Djdk.module.")
                    && !option.startsWith("-XX:AOTCacheOutput")
                    && !option.startsWith(EARLIER)
                    && !option.equals(ManagerRuntime.NO_REPLAY)
                    && !option.startsWith("-D" + ManagerRuntime.REHEARSE_PROPERTY)
                    && !option.startsWith("--module-path")) {
                command.add(option);
            }
        }
        for (String methods : ADOPTING) {
            command.add(EARLIER + methods + TENTH);
        }
        command.add(TMPDIR + scratch);
        String main = ManagerMain.class.getName();
        String modulePath = System.getProperty("jdk.module.path");
        String module = ManagerMain.class.getModule().getName();
        if (modulePath != null && module != null) {
            String classPath = System.getProperty("java.class.path");
            if (!classPath.isEmpty()) {
                command.addAll(List.of("-cp", classPath));
            }
            command.addAll(List.of("-p", modulePath, "-m", module + "/" + main));
        } else {
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        }
        command.addAll(List.of(
                ManagerMain.STANDBY,
                socketName,
                Long.toString(ProcessHandle.current().pid())));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        ManagerJvm.isolate(builder);
        return builder.start();
    }
}
