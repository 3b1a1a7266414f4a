// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import java.util.ArrayList;
import java.util.List;

/** A diagnosis as text of at most 100 columns. */
final class DoctorText {
    private static final int COLUMNS = 100;
    private static final String INDENT = "          ";

    private static final String TO_DO = "  to do:  ";

    private final List<String> lines = new ArrayList<>();
    private final boolean color;

    private DoctorText(boolean color) {
        this.color = color;
    }

    /** The verdict first, then a section a finding. */
    static List<String> lines(Diagnosis diagnosis, boolean color) {
        DoctorText text = new DoctorText(color);
        text.verdict(diagnosis);
        diagnosis.findings().forEach(text::section);
        return text.lines;
    }

    private void verdict(Diagnosis diagnosis) {
        List<String> sentence = wrap(diagnosis.verdict().sentence(), COLUMNS);
        sentence.forEach(line -> lines.add(styled(diagnosis.verdict().works() ? "1;32" : "1;31", line)));
        long notes = diagnosis.findings().stream()
                .filter(finding -> finding.state() == State.NOTE)
                .count();
        if (notes > 0) {
            lines.add(
                    notes == 1
                            ? "One note below: something could be better."
                            : notes + " notes below: something could be better.");
        }
    }

    private void section(Finding finding) {
        lines.add("");
        String mark = String.format("%-8s", finding.state().word());
        lines.add(styled(style(finding.state()), mark) + "  " + styled("1", finding.title()));
        paragraph(INDENT, INDENT, finding.what());
        finding.found().forEach(line -> paragraph(INDENT + "- ", INDENT + "  ", line));
        remedies(finding.remedies());
    }

    /** Where there are several, each is enough. */
    private void remedies(List<String> remedies) {
        if (remedies.size() == 1) {
            paragraph(TO_DO, INDENT, remedies.getFirst());
        } else if (remedies.size() > 1) {
            lines.add(TO_DO + "one of these");
            remedies.forEach(line -> paragraph(INDENT + "- ", INDENT + "  ", line));
        }
    }

    private void paragraph(String first, String next, String text) {
        String start = first;
        for (String line : wrap(text, COLUMNS - INDENT.length() - 2)) {
            lines.add(start + line);
            start = next;
        }
    }

    /** Breaks at spaces; a word that is longer than a line stays whole. */
    static List<String> wrap(String text, int columns) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > columns) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    private static String style(State state) {
        return switch (state) {
            case OK -> "32";
            case NOTE -> "33";
            case LIMIT, PROBLEM -> "1;31";
        };
    }

    private String styled(String style, String text) {
        return color ? "\u001b[" + style + "m" + text + "\u001b[0m" : text;
    }
}
