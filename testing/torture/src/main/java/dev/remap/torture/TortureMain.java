// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import dev.remap.fuzz.WireCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The {@code torture} command. Exit status: 0 all right, 1 something was wrong, 2 usage, 3 nothing moved. */
@Command(
        name = "torture",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {
            KillManagerCommand.class,
            CrashPointsCommand.class,
            FaultsCommand.class,
            DevicesCommand.class,
            WireCommand.class
        },
        description = "Random operations by several threads on a region larger than its memory, each read checked.")
public final class TortureMain implements Callable<Integer> {
    /** What to run. */
    enum Mode {
        ALL,
        MIXED,
        COUNTERS
    }

    @Option(names = "--seconds", description = "how long (default: ${DEFAULT-VALUE})")
    int seconds = 60;

    @Option(names = "--threads", description = "threads that work on the region (default: ${DEFAULT-VALUE})")
    int threads = 4;

    @Option(names = "--seed", description = "the plan (default: a new one)")
    @Nullable
    Long seed;

    @Option(
            names = "--region",
            paramLabel = "<size>",
            converter = SizeConverter.class,
            description = "the region's size, as 64m (default: 64 MiB)")
    long region = 64L << 20;

    @Option(
            names = "--dram",
            paramLabel = "<size>",
            converter = SizeConverter.class,
            description = "the DRAM budget (default: 8 MiB)")
    long dram = 8L << 20;

    @Option(names = "--gc", description = "call System.gc() all the time")
    boolean gc;

    @Option(names = "--tiers", split = ",", description = "the region's tiers (default: zram)")
    List<String> tiers = List.of("zram");

    @Option(
            names = "--file-mode",
            paramLabel = "<mode>",
            converter = FileModeConverter.class,
            description = "run mixed on a file: read-only, read-write or private (default: none)")
    FileMode fileMode = FileMode.NONE;

    @Option(names = "--policy", description = "s3fifo, clock or clockpro (default: ${DEFAULT-VALUE})")
    String policy = "s3fifo";

    @Option(names = "--ops", description = "operations of each thread at most (default: as many as there is time for)")
    long operations;

    @Option(names = "--mode", description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    Mode mode = Mode.ALL;

    @Option(names = "--collectors", description = "once under each garbage collector, with --gc, each in its own JVM")
    boolean collectors;

    @Option(names = "--kill-managers", description = "with a standby, and kill managers at random moments")
    boolean killManagers;

    @Option(names = "--unsupervised", hidden = true, description = "in this JVM")
    boolean unsupervised;

    /** Runs the command. */
    public static void main(String[] arguments) {
        CommandLine command = new CommandLine(new TortureMain()).setCaseInsensitiveEnumValuesAllowed(true);
        System.exit(command.execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        TortureConfig config = config();
        if (unsupervised) {
            return new Torture(config, mode, System.out, Runtime.getRuntime()::halt).run();
        }
        Supervisor supervisor = new Supervisor(System.out);
        if (!collectors) {
            return supervisor.run(List.of("-ea", "-Xmx256m"), arguments(config));
        }
        int worst = 0;
        for (Collector collector : Collector.values()) {
            System.out.println("== " + collector);
            worst = Math.max(worst, supervisor.run(List.of("-ea", "-Xmx256m", collector.flag), arguments(config)));
        }
        return worst;
    }

    private TortureConfig config() {
        try {
            long plan = seed == null ? new SplittableRandom().nextLong(1_000_000_000_000L) : seed;
            return new TortureConfig(
                    plan,
                    seconds,
                    operations,
                    threads,
                    region,
                    dram,
                    gc || collectors,
                    tiers,
                    policy,
                    fileMode,
                    killManagers);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(new CommandLine(this), e.getMessage(), e);
        }
    }

    private List<String> arguments(TortureConfig config) {
        List<String> arguments = new ArrayList<>(List.of(
                "--unsupervised",
                "--mode=" + mode,
                "--seed=" + config.seed(),
                "--seconds=" + config.seconds(),
                "--ops=" + config.operations(),
                "--threads=" + config.threads(),
                "--region=" + config.regionBytes(),
                "--dram=" + config.dramBytes(),
                "--policy=" + config.policy(),
                "--file-mode=" + config.fileMode().option()));
        config.tiers().forEach(tier -> arguments.add("--tiers=" + tier));
        if (config.collect()) {
            arguments.add("--gc");
        }
        if (config.killManagers()) {
            arguments.add("--kill-managers");
        }
        return arguments;
    }

    /** {@code read-only} for {@code READ_ONLY}. */
    static final class FileModeConverter implements CommandLine.ITypeConverter<FileMode> {
        @Override
        public FileMode convert(String value) {
            return FileMode.parse(value);
        }
    }

    /** {@code 64m} for 64 MiB. */
    static final class SizeConverter implements CommandLine.ITypeConverter<Long> {
        @Override
        public Long convert(String value) {
            return Bytes.parse(value);
        }
    }
}
