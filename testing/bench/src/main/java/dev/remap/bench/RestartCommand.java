// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code remap bench restart}: an application that is killed and comes back to its region, beside a first start. */
@Command(
        name = "restart",
        usageHelpWidth = 100,
        description = {
            "Starts an application with a region of a broker's that survives, fills it, and kills it; then starts it again and again, which"
                    + " opens the region, and kills it. A program without such a region has to do the first row at every start.",
            "\"first reads\": two million reads at random in a 32nd of the region, each checked."
        })
final class RestartCommand implements Callable<Integer> {
    private static final long MIB = 1 << 20;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    @Option(
            names = "--size",
            defaultValue = "2G",
            converter = ByteSize.class,
            description = "the region (default: ${DEFAULT-VALUE})")
    private long size;

    @Option(
            names = "--dram",
            defaultValue = "1G",
            converter = ByteSize.class,
            description = "DRAM (default: ${DEFAULT-VALUE})")
    private long dram;

    @Option(names = "--rounds", defaultValue = "3", description = "restarts (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Override
    public Integer call() throws IOException, InterruptedException {
        TextTable table =
                new TextTable(1, "start", "connect", "create or open", "in DRAM", "fill", "first reads", "in all");
        boolean right = true;
        try (ServedBroker broker = ServedBroker.start("--dram", dram / MIB + 256 + "M", "--no-standby")) {
            for (int round = 0; round <= rounds; round++) {
                String kind = round == 0 ? "cold" : "warm";
                try (ChildProgram program = ChildProgram.start(
                        RestartMain.class.getName(), broker.socket(), kind, size / MIB, dram / MIB)) {
                    right &= row(program, kind, table);
                }
            }
        }
        table.lines().forEach(System.out::println);
        return right ? 0 : 1;
    }

    private static boolean row(ChildProgram program, String kind, TextTable table)
            throws IOException, InterruptedException {
        double connect = Double.parseDouble(program.await("connected"));
        String[] opened = program.await("opened").split(" ");
        double open = Double.parseDouble(opened[0]);
        double fill = kind.equals("cold") ? Double.parseDouble(program.await("filled")) : 0;
        String[] read = program.await("read").split(" ");
        double first = Double.parseDouble(read[0]);
        table.row(
                kind,
                ms(connect),
                ms(open),
                opened[1] + " MiB",
                ms(fill),
                ms(first),
                ms(connect + open + fill + first));
        return Boolean.parseBoolean(read[1]);
    }

    private static String ms(double ms) {
        return Format.of("%,.0f ms", ms);
    }
}
