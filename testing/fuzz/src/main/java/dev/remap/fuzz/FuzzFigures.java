// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.fuzz;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a run did, gathered from Jazzer's output line by line.
 *
 * <p>Edges are places in the decoders' code, features are edges with how often they ran and what was compared there.
 */
final class FuzzFigures {
    private static final Pattern PROGRESS =
            Pattern.compile("#(\\d+)\\s.*\\bcov: (\\d+) ft: (\\d+) corp: (\\d+)/(\\S+)");
    private static final Pattern DONE = Pattern.compile("Done (\\d+) runs in (\\d+) second.*");
    private static final Pattern VIOLATION =
            Pattern.compile("== (Java Exception|Java Assertion Error|libFuzzer crash).*");
    private static final Pattern LIBFUZZER_ERROR = Pattern.compile(".*ERROR: libFuzzer: .*");

    private long executions;
    private long seconds;
    private long edges;
    private long features;
    private long inputs;
    private String inputBytes = "0b";
    private long violations;
    private boolean done;

    /** Takes one line of output in; whether it says that something is wrong. */
    boolean add(String line) {
        Matcher progress = PROGRESS.matcher(line);
        if (progress.find()) {
            executions = Long.parseLong(progress.group(1));
            edges = Long.parseLong(progress.group(2));
            features = Long.parseLong(progress.group(3));
            inputs = Long.parseLong(progress.group(4));
            inputBytes = progress.group(5);
        }
        Matcher end = DONE.matcher(line);
        if (end.matches()) {
            executions = Long.parseLong(end.group(1));
            seconds = Long.parseLong(end.group(2));
            done = true;
        }
        boolean wrong = VIOLATION.matcher(line).matches()
                || LIBFUZZER_ERROR.matcher(line).matches();
        violations += wrong ? 1 : 0;
        return wrong;
    }

    /** Whether the run came to its end and nothing was wrong. */
    boolean allRight() {
        return done && violations == 0 && executions > 0;
    }

    long executions() {
        return executions;
    }

    long edges() {
        return edges;
    }

    @Override
    public String toString() {
        return "wire: %,d executions in %d s, %,d a second; coverage %d edges, %,d features; corpus %,d inputs, %s; %d violations"
                .formatted(
                        executions,
                        seconds,
                        executions / Math.max(1, seconds),
                        edges,
                        features,
                        inputs,
                        inputBytes,
                        violations);
    }
}
