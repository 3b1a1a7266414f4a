// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The fuzzer, for seconds. {@code ./remap torture wire} runs it for as long as one likes. */
class WireFuzzTest {
    private static final int EXECUTIONS = 150_000;

    @Test
    void everyKindOfMessageIsASampleThatOneDecoderTakes() {
        assertThat(SampleMessages.all()).hasSizeGreaterThanOrEqualTo(25);
        SampleMessages.all()
                .forEach((kind, bytes) ->
                        assertThat(WireFuzzTarget.checkAll(bytes)).as(kind).isOne());
    }

    @Test
    void whatFormerRunsHaveFoundBreaksNothing() {
        SeedCorpus.all().values().forEach(WireFuzzTarget::fuzzerTestOneInput);
    }

    @Test
    void theIndexListsWhatIsInTheCorpus() throws Exception {
        try (Stream<Path> files = Files.list(corpusFolder())) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> !name.equals("index")))
                    .hasSizeBetween(10, 60)
                    .containsExactlyInAnyOrderElementsOf(SeedCorpus.names());
        }
    }

    @Test
    void everyByteOfAMessageMayBeCutOffOrChanged() {
        for (byte[] bytes : SampleMessages.all().values()) {
            for (int at = 0; at < bytes.length; at++) {
                byte[] changed = bytes.clone();
                changed[at] = (byte) ~changed[at];
                WireFuzzTarget.fuzzerTestOneInput(changed);
                WireFuzzTarget.fuzzerTestOneInput(Arrays.copyOf(bytes, at));
            }
        }
    }

    @Test
    void jazzerFindsNothingInAShortRun(@TempDir Path corpus) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        WireCommand command = new WireCommand(new PrintStream(text, true, StandardCharsets.UTF_8));
        int status = new CommandLine(command)
                .execute("--runs=" + EXECUTIONS, "--seconds=20", "--seed=1", "--corpus=" + corpus);
        String output = text.toString(StandardCharsets.UTF_8);
        System.out.print(output);
        assertThat(status).as(output).isZero();
        assertThat(output).contains("executions in").contains("; 0 violations");
        assertThat(corpus)
                .isDirectoryContaining(file -> file.getFileName().toString().startsWith("sample-"));
    }

    @Test
    void figuresComeFromJazzersOutput() {
        FuzzFigures figures = new FuzzFigures();
        assertThat(figures.add("#554\tDONE   cov: 531 ft: 743 corp: 88/3120b lim: 65536 exec/s: 0 rss: 484Mb"))
                .isFalse();
        assertThat(figures.allRight()).as("before its end").isFalse();
        assertThat(figures.add("Done 1640081 runs in 21 second(s)")).isFalse();
        assertThat(figures.allRight()).isTrue();
        assertThat(figures.executions()).isEqualTo(1_640_081);
        assertThat(figures.edges()).isEqualTo(531);
        assertThat(figures.add("== Java Exception: java.lang.AssertionError: Request of 3 bytes"))
                .isTrue();
        assertThat(figures.allRight()).isFalse();
        assertThat(figures.toString()).endsWith("1 violations").contains("corpus 88 inputs, 3120b");
    }

    private static Path corpusFolder() throws URISyntaxException {
        URL index = Objects.requireNonNull(SeedCorpus.class.getResource("corpus/index"));
        return Path.of(index.toURI()).resolveSibling("");
    }
}
