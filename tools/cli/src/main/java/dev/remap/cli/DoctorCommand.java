// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says whether Remap works on this host, and what would make it work or work better. */
@Command(
        name = "doctor",
        usageHelpWidth = 100,
        description = {
            "Shows whether Remap works on this host, and what would make it work, or work better.",
            "Exits with 0 if it works, 1 if not."
        })
final class DoctorCommand implements Callable<Integer> {
    static final int DOES_NOT_WORK = 1;

    @Option(names = "--json", description = "print one JSON object instead of text")
    private boolean json;

    @Option(names = "--no-color", description = "no colours, as the environment variable NO_COLOR")
    private boolean noColor;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    @Override
    public Integer call() throws IOException {
        HostFacts facts = HostProbe.look();
        if (Diagnosis.isWorthATry(facts)) {
            facts = facts.with(Trial.run());
        }
        Diagnosis diagnosis = Diagnosis.of(facts);
        if (json) {
            System.out.println(DoctorJson.line(diagnosis));
        } else {
            DoctorText.lines(diagnosis, wantsColor()).forEach(System.out::println);
        }
        return diagnosis.verdict().works() ? 0 : DOES_NOT_WORK;
    }

    private boolean wantsColor() {
        return !noColor && System.getenv("NO_COLOR") == null && isTerminal();
    }

    private static boolean isTerminal() {
        try {
            Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/1"));
            return (target.startsWith("/dev/pts") || target.toString().startsWith("/dev/tty"))
                    && !"dumb".equals(System.getenv("TERM"));
        } catch (IOException e) {
            return false;
        }
    }
}
