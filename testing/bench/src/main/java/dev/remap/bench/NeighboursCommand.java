// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.linux.PeerCredentials;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code remap bench neighbours}: what one application of a broker notices of another. */
@Command(
        name = "neighbours",
        usageHelpWidth = 100,
        description = {
            "Reads per second of an application whose pages fit what it is guaranteed, beside another of the same broker that wants all"
                    + " the memory there is. As both share the CPUs, the row to compare with is the one beside a neighbour that only takes"
                    + " CPU, with as many threads.",
            "All rows in turn, several rounds; medians. The neighbour is another user if this one is root."
        })
final class NeighboursCommand implements Callable<Integer> {
    private static final int TENANT_MIB = 160;
    private static final int NEIGHBOUR_MIB = 1024;
    private static final int SETTLE = 10;
    private static final int SAMPLES = 8;
    private static final String NOBODY = "65534";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    @Option(names = "--rounds", defaultValue = "3", description = "rounds (default: ${DEFAULT-VALUE})")
    private int rounds;

    private enum Neighbour {
        NONE("alone", "", 0),
        SPIN("beside 2 threads that take CPU", "spin", 2),
        RANDOM("beside 2 threads at random in 1 GiB", "random", 2),
        SCAN("beside 2 threads that scan 1 GiB", "scan", 2),
        STOPPED("beside the same, stopped (SIGSTOP)", "random", 2);

        private final String text;
        private final String what;
        private final int threads;

        Neighbour(String text, String what, int threads) {
            this.text = text;
            this.what = what;
            this.threads = threads;
        }
    }

    private final Map<Neighbour, List<Double>> rates = new EnumMap<>(Neighbour.class);
    private final Map<Neighbour, List<Double>> held = new EnumMap<>(Neighbour.class);

    @Override
    public Integer call() throws IOException, InterruptedException {
        boolean root = System.getProperty("user.name").equals("root");
        String self = Integer.toString(PeerCredentials.self().uid());
        try (ServedBroker broker = ServedBroker.start(
                        "--dram", "320M", "--no-standby", "--user", self + ":min=200M", "--user", NOBODY);
                ChildProgram tenant =
                        ChildProgram.start(TenantMain.class.getName(), broker.socket(), "random", TENANT_MIB, 1)) {
            tenant.await("running");
            for (int round = 0; round < rounds; round++) {
                for (Neighbour neighbour : Neighbour.values()) {
                    measure(broker, tenant, neighbour, root);
                }
            }
        }
        TextTable table = new TextTable(1, "reads", "per second", "range", "of CPU row", "DRAM held");
        double fair = median(figures(rates, Neighbour.SPIN));
        for (Neighbour neighbour : Neighbour.values()) {
            Spread spread = Spread.range(array(figures(rates, neighbour)));
            table.row(
                    neighbour.text,
                    Format.of("%,.0f", spread.median()),
                    Format.of("%,.0f..%,.0f", spread.low(), spread.high()),
                    Format.of("%.2f", spread.median() / fair),
                    Format.of("%.0f MiB", median(figures(held, neighbour))));
        }
        table.lines().forEach(System.out::println);
        return 0;
    }

    private void measure(ServedBroker broker, ChildProgram tenant, Neighbour neighbour, boolean root)
            throws IOException, InterruptedException {
        if (neighbour == Neighbour.NONE) {
            sample(tenant, neighbour);
            return;
        }
        List<String> by =
                root ? List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups") : List.of();
        int mib = neighbour == Neighbour.SPIN ? 64 : NEIGHBOUR_MIB;
        try (ChildProgram other = ChildProgram.start(
                by, TenantMain.class.getName(), broker.socket(), neighbour.what, mib, neighbour.threads)) {
            other.await("running");
            if (neighbour == Neighbour.STOPPED) {
                Thread.sleep(1000);
                other.signal("STOP");
            }
            sample(tenant, neighbour);
        }
    }

    private void sample(ChildProgram tenant, Neighbour neighbour) throws IOException, InterruptedException {
        tenant.forget();
        for (int i = 0; i < SETTLE; i++) {
            tenant.await("did");
        }
        List<Double> counts = new ArrayList<>();
        String memory = "0";
        for (int i = 0; i < SAMPLES; i++) {
            String[] words = tenant.await("did").split(" ");
            counts.add(2 * Double.parseDouble(words[0]));
            memory = words[1];
        }
        figures(rates, neighbour).add(median(counts));
        figures(held, neighbour).add(Double.valueOf(memory));
    }

    private static List<Double> figures(Map<Neighbour, List<Double>> of, Neighbour neighbour) {
        return of.computeIfAbsent(neighbour, _ -> new ArrayList<>());
    }

    private static double median(List<Double> values) {
        return Spread.range(array(values)).median();
    }

    private static double[] array(List<Double> values) {
        double[] array = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(array);
        return array;
    }
}
