// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.modules;

import dev.remap.wire.ManagerJvm;
import dev.remap.wire.OperatorChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code remap driver}. */
@Command(
        name = "driver",
        usageHelpWidth = 100,
        description = {
            "Drivers that are not Remap's own: jars of a module with a declared licence.",
            "Managers load those that lie in the folder -Ddev.remap.drivers.folder names, on their application's class or module path, and"
                    + " those that \"load\" tells them."
        },
        subcommands = {
            DriverCommand.ListDrivers.class,
            DriverCommand.Load.class,
            DriverCommand.Unload.class,
            DriverCommand.Check.class
        })
final class DriverCommand {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    /** Which managers a command is for. */
    static final class Managers {
        private static final int FAILED = 1;

        @Option(
                names = "--pid",
                paramLabel = "PID",
                description = "only this manager; without it, all that are this user's")
        private long pid;

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "show this help")
        @SuppressWarnings("unused") // picocli acts on it
        private boolean help;

        int ask(String... question) {
            List<Long> managers = pid == 0 ? OperatorChannel.managers() : List.of(pid);
            if (managers.isEmpty()) {
                System.err.println(
                        "remap driver: no manager is running; a manager runs as long as the program that opened Remap");
                return FAILED;
            }
            int status = 0;
            for (long manager : managers) {
                status = Math.max(status, ask(manager, question));
            }
            return status;
        }

        private static int ask(long manager, String... question) {
            try {
                String answer = OperatorChannel.ask(manager, List.of(question));
                boolean ok = answer.startsWith("ok\n");
                (ok ? System.out : System.err)
                        .println(answer.substring(answer.indexOf('\n') + 1).stripTrailing());
                return ok ? 0 : FAILED;
            } catch (IOException e) {
                System.err.println("remap driver: " + e.getMessage());
                return FAILED;
            }
        }
    }

    @Command(
            name = "list",
            usageHelpWidth = 100,
            description = {
                "Shows which drivers each manager has loaded, what they were granted, and what has tainted it, when and why.",
                "P: a licence not known to be compatible with GPL-2.0. O: not of Remap's repository. E: not signed by somebody in the trust"
                        + " store. F: loaded by force. N: for tests. X: may use native code."
            })
    static final class ListDrivers implements Callable<Integer> {
        @Mixin
        private Managers managers = new Managers();

        @Override
        public Integer call() {
            return managers.ask("list");
        }
    }

    @Command(
            name = "load",
            usageHelpWidth = 100,
            description = "Has managers load a driver; its tiers can be named from then on.")
    static final class Load implements Callable<Integer> {
        @Mixin
        private Managers managers = new Managers();

        @Parameters(paramLabel = "JAR")
        private Path jar = Path.of("");

        @Option(names = "--force", description = "although it was built for another version; taints")
        private boolean force;

        @Option(names = "--native", description = "let it use native code, and so everything; taints")
        private boolean grantNative;

        @Option(names = "--require-signed", description = "only if somebody in the manager's trust store has signed it")
        private boolean requireSigned;

        @Override
        public Integer call() {
            String file = jar.toAbsolutePath().normalize().toString();
            return managers.ask(
                    "load", file, force ? "force" : "", grantNative ? "native" : "", requireSigned ? "signed" : "");
        }
    }

    @Command(name = "unload", usageHelpWidth = 100, description = "Has managers forget a driver that no region uses.")
    static final class Unload implements Callable<Integer> {
        @Mixin
        private Managers managers = new Managers();

        @Parameters(paramLabel = "MODULE")
        private String module = "";

        @Override
        public Integer call() {
            return managers.ask("unload", module);
        }
    }

    @Command(
            name = "check",
            usageHelpWidth = 100,
            description = {
                "Says what a manager would say of a driver, and runs none of its code.",
                "Needs no manager. Takes the same -Ddev.remap.drivers... properties (REMAP_JAVA_OPTS)."
            })
    static final class Check implements Callable<Integer> {
        @Parameters(paramLabel = "JAR", arity = "1..*")
        private List<Path> jars = List.of();

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "show this help")
        @SuppressWarnings("unused") // picocli acts on it
        private boolean help;

        @Override
        public Integer call() throws IOException, InterruptedException {
            List<String> arguments = new ArrayList<>(List.of("check"));
            jars.forEach(jar -> arguments.add(jar.toAbsolutePath().toString()));
            return ManagerJvm.startTool("DriverMain", arguments).waitFor();
        }
    }
}
