// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.broker;

import dev.remap.linux.PeerCredentials;
import dev.remap.linux.ProcFs;
import dev.remap.wire.ManagerJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code remap serve}. */
@Command(
        name = "remap serve",
        usageHelpWidth = 100,
        sortOptions = false,
        description = {
            "Serves many applications (Remap.connect): starts a manager for each, divides DRAM among them by what each would gain, passes"
                    + " on /dev/userfaultfd, so that they need no right of their own, and keeps regions that outlive their process.",
            "Runs until it gets SIGTERM or SIGINT. Options may stand in a file: remap serve @FILE."
        })
final class ServeCommand implements Callable<Integer> {
    private static final System.Logger LOG = System.getLogger(ServeCommand.class.getName());
    private static final long KIB = 1024;
    private static final long END_S = 5;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            defaultValue = "/run/remap/remap.sock",
            description =
                    "Where applications come; in a directory that only this user can write to. Default: ${DEFAULT-VALUE}")
    private Path socket = Path.of("");

    @Option(
            names = "--dram",
            paramLabel = "SIZE",
            description =
                    "The DRAM that all applications together may use, as 8G. Default: half of what is available now")
    private @Nullable String dram;

    @Option(
            names = "--user",
            paramLabel = "UID[:NAME=VALUE,...]",
            description = {
                "A user that is admitted, and what each application of it may have; may be given again. Default: this user only.",
                "min, max: guaranteed and most DRAM (16M, none). weight: what its need counts (100). applications: at a time (16)."
                        + " regions (256), space: their address space in all (16T), files: open at a time (10000)."
            })
    private List<String> users = List.of();

    @Option(
            names = "--spill-directory",
            paramLabel = "PATH",
            defaultValue = "/var/tmp",
            description = "Where the tier \"file\" makes its files. Default: ${DEFAULT-VALUE}")
    private Path spillDirectory = Path.of("");

    @Option(
            names = "--spill-max",
            paramLabel = "SIZE",
            description = "How much disk each application may occupy there. Default: half of what is free now")
    private @Nullable String spillMax;

    @Option(
            names = "--no-standby",
            description =
                    "Start no standby beside each manager, which saves about 100 MiB each. A manager that dies is replaced"
                            + " nevertheless, but touches wait for a second instead of a tenth of one.")
    private boolean noStandby;

    @Option(
            names = "--keep-for",
            paramLabel = "DURATION",
            defaultValue = "PT24H",
            description = "How long a region is kept that nobody has open. Default: ${DEFAULT-VALUE}")
    private Duration keepFor = Duration.ZERO;

    @Option(
            names = "--drivers",
            paramLabel = "FOLDER",
            description = "Jars of drivers that every manager loads as it starts. Default: none but Remap's own")
    private @Nullable Path drivers;

    @Option(
            names = "--trust-store",
            paramLabel = "FILE",
            description =
                    "A PKCS12 or JKS file of certificates whose signatures on drivers count; its password is changeit, or the system"
                            + " property dev.remap.drivers.trust.password")
    private @Nullable Path trustStore;

    @Option(names = "--require-signed", description = "Refuse drivers that nobody in the trust store has signed.")
    private boolean requireSigned;

    /** Managers get these properties of the process that starts them. */
    private void setDrivers() {
        if (drivers != null) {
            System.setProperty(
                    ManagerJvm.DRIVERS_PREFIX + "folder",
                    drivers.toAbsolutePath().toString());
        }
        if (trustStore != null) {
            System.setProperty(
                    ManagerJvm.DRIVERS_PREFIX + "trust",
                    trustStore.toAbsolutePath().toString());
        }
        if (requireSigned) {
            System.setProperty(ManagerJvm.DRIVERS_PREFIX + "require-signed", "true");
        }
    }

    @Override
    public Integer call() {
        setDrivers();
        CountDownLatch closed = new CountDownLatch(1);
        try {
            serve(closed);
            return 0;
        } catch (IOException e) {
            System.err.println("remap serve: " + e.getMessage());
            return 1;
        } finally {
            closed.countDown();
        }
    }

    private void serve(CountDownLatch closed) throws IOException {
        try (Broker broker = Broker.open(config())) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> awaitEnd(broker, closed), "remap-end"));
            System.out.println("serving at " + socket.toAbsolutePath());
            broker.run(Service.ofEnvironment());
        }
    }

    private static void awaitEnd(Broker broker, CountDownLatch closed) {
        broker.end();
        try {
            if (!closed.await(END_S, TimeUnit.SECONDS)) {
                LOG.log(System.Logger.Level.WARNING, "the broker does not end in good order");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private BrokerConfig config() throws IOException {
        try {
            Map<Integer, UserLimits> admitted = new LinkedHashMap<>();
            for (String user : users) {
                UserLimits.Entry entry = UserLimits.parse(user);
                admitted.put(entry.uid(), entry.limits());
            }
            if (admitted.isEmpty()) {
                admitted.put(PeerCredentials.self().uid(), UserLimits.DEFAULTS);
            }
            long available = ProcFs.memInfoKb("MemAvailable") * KIB;
            if (!Files.isDirectory(spillDirectory)) {
                throw new IllegalArgumentException("--spill-directory " + spillDirectory + " is no directory");
            }
            long disk = Files.getFileStore(spillDirectory).getUsableSpace();
            return new BrokerConfig(
                    socket,
                    dram == null ? available / 2 : UserLimits.bytes(dram),
                    admitted,
                    spillDirectory.toAbsolutePath(),
                    spillMax == null ? disk / 2 : UserLimits.bytes(spillMax),
                    !noStandby,
                    keepFor);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
