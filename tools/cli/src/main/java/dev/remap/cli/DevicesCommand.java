// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import dev.remap.wire.CountersLayout;
import java.lang.foreign.Arena;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the devices of the managers of this host. */
@Command(
        name = "devices",
        usageHelpWidth = 100,
        description = {
            "Shows the devices of the managers of this host: drivers, pagemaps, page frames in use, references, and who",
            "holds what; then who has which page frames, as /proc/iomem does. At most half a second old.",
            "Reads shared memory, so that looking costs them nothing. Needs their user's id, or root.",
            "Exits with 1 if there is no manager."
        })
final class DevicesCommand implements Callable<Integer> {
    private static final int NONE = 1;

    @Option(
            names = "--pid",
            paramLabel = "PID",
            description = "only the manager or the application with this process id")
    private long pid;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    @Override
    public Integer call() {
        boolean found = false;
        try (Arena arena = Arena.ofConfined()) {
            for (ManagerCounters manager : ManagerCounters.all(arena)) {
                long managerPid = manager.get(CountersLayout.MANAGER_PID);
                long application = manager.get(CountersLayout.APPLICATION_PID);
                if (pid == 0 || pid == managerPid || pid == application) {
                    found = true;
                    System.out.println("manager " + managerPid + " of process " + application);
                    System.out.print(DeviceReportFile.of(managerPid).indent(2));
                }
            }
        }
        if (!found) {
            System.err.println("remap: no manager is running" + (pid == 0 ? "" : " for process " + pid)
                    + ", or it belongs to another user.");
        }
        return found ? 0 : NONE;
    }
}
