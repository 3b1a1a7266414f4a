// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DemoCommandTest {
    private final StringWriter out = new StringWriter();
    private final CommandLine command =
            new CommandLine(new DemoCommand()).setErr(new PrintWriter(out)).setOut(new PrintWriter(out));

    @ParameterizedTest
    @CsvSource({
        "--scale=0, --scale must be above 0",
        "--scale=-1, --scale must be above 0",
        "--scale=NaN, --scale must be above 0",
        "--scale=x, --scale",
        "--dram=lots, --dram: ",
        "--dram=0, --dram must be above 0",
        "--tiers=tape, --tiers: ",
        "--tiers=, --tiers: ",
        "--fast, --fast"
    })
    void badOptionIsNamedAndExitsWith2(String option, String message) {
        assertThat(command.execute(option)).isEqualTo(2);
        assertThat(out.toString()).contains(message);
    }

    @ParameterizedTest
    @CsvSource({
        "--size=1m, --size must be from",
        "--size=lots, --size: ",
        "--lookups=5, --lookups must be from",
        "--dram=0, --dram must be from",
        "--dir=/no/such/place, --dir: "
    })
    void badOptionOfTheFilesIsNamedAndExitsWith2(String option, String message) {
        assertThat(command.execute("files", option)).isEqualTo(2);
        assertThat(out.toString()).contains(message);
    }

    @Test
    void helpNamesEveryOption() {
        assertThat(command.execute("--help")).isZero();
        assertThat(out.toString()).contains("--scale", "--dram", "--tiers", "--spill", "--json", "--no-color");
    }
}
