// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The {@code conformance} command. Exit status: 0 nothing failed, 1 something did, 2 usage. */
@Command(
        name = "conformance",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Tests what drivers and the core owe each other. Prints a line a test, with its counterpart in Linux.")
public final class ConformanceMain implements Callable<Integer> {
    @Option(
            names = "--driver",
            paramLabel = "<name>",
            description = "the driver to test (default: all that come with Remap)")
    String driver = "";

    @Option(
            names = "--options",
            paramLabel = "<text>",
            description = "what the driver is told about its device; can be given several times (default: nothing)")
    List<String> options = List.of();

    @Option(
            names = "--driver-jar",
            paramLabel = "<file>",
            description = "where the driver is, if it does not come with Remap; needs --driver")
    @Nullable
    Path driverJar;

    @Option(names = "--quick", description = "leave out tests that take seconds")
    boolean quick;

    @Option(names = "--only", paramLabel = "<regex>", description = "only tests of such names")
    String only = ".*";

    /** Runs the command. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ConformanceMain()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        if (driverJar != null) {
            return runWith(driverJar);
        }
        return new Conformance(System.out, quick, name -> name.matches(only)).run(variants()) ? 0 : 1;
    }

    private int runWith(Path jar) throws IOException, InterruptedException {
        if (driver.isEmpty() || !Files.isRegularFile(jar)) {
            throw new ParameterException(
                    new CommandLine(this), "--driver-jar needs a file and --driver; the file is " + jar);
        }
        List<String> command = Launch.withJar(jar);
        command.addAll(List.of("--driver=" + driver, "--only=" + only));
        options.forEach(text -> command.add("--options=" + text));
        if (quick) {
            command.add("--quick");
        }
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private List<Variant> variants() {
        if (driver.isEmpty()) {
            return Conformance.standard();
        }
        List<Variant> known = Conformance.standard().stream()
                .filter(variant -> variant.driver().equals(driver))
                .toList();
        if (options.isEmpty() && !known.isEmpty()) {
            return known;
        }
        List<String> told = options.isEmpty() ? List.of("") : options;
        return told.stream().map(text -> new Variant(driver, text)).toList();
    }
}
