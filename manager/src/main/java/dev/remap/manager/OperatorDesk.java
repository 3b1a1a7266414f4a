// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.module.DriverRefusedException;
import dev.remap.core.module.LoadedDriver;
import dev.remap.core.module.TaintLedger;
import dev.remap.wire.OperatorChannel;
import dev.remap.wire.Taint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers an operator's questions, on a thread of its own. A question is lines: a word, what it is about, and options. The
 * answer begins with {@code ok} or {@code refused}; the rest is for people, but for {@code granted}: a module and a package a line.
 */
final class OperatorDesk implements Runnable {
    private static final System.Logger LOG = System.getLogger(OperatorDesk.class.getName());

    private final Drivers drivers;
    private final TraceDesk trace;
    private volatile @Nullable OperatorChannel channel;

    OperatorDesk(Drivers drivers, TraceDesk trace) {
        this.drivers = drivers;
        this.trace = trace;
    }

    /** Takes questions from now on; {@link #run} answers them. Without it a manager serves as well. */
    void listen() {
        try {
            channel = OperatorChannel.listen();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "no driver can be loaded, and nothing recorded: " + e.getMessage());
        }
    }

    @Override
    public void run() {
        OperatorChannel open = channel;
        if (open != null) {
            open.serve(this::answer);
        }
    }

    /** Never throws: the thread outlives every question. */
    String answer(List<String> question) {
        try {
            String about = question.size() > 1 ? question.get(1) : "";
            return switch (question.getFirst()) {
                case "list" -> "ok\n" + list();
                case "granted" -> "ok\n" + granted();
                case "load" -> "ok\n" + load(Path.of(about), question.subList(2, question.size()));
                case "unload" -> "ok\n" + unload(about);
                case "record" -> "ok\n" + trace.start(question.subList(1, question.size()));
                case "record-end" -> "ok\n" + endRecording();
                default -> "refused\nthis manager does not understand \"" + question.getFirst() + "\"";
            };
        } catch (IOException | DriverRefusedException e) {
            return "refused\n" + e.getMessage();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a question failed", e);
            return "refused\n" + e;
        }
    }

    private String load(Path jar, List<String> options) throws IOException, DriverRefusedException {
        LoadedDriver driver = drivers.loadAndBind(
                jar, options.contains("force"), options.contains("native"), options.contains("signed"));
        return line(driver);
    }

    private String endRecording() {
        trace.stop();
        return "";
    }

    private String unload(String module) throws IOException {
        drivers.unload(module);
        return module + " is unloaded; its taints stay";
    }

    private String granted() {
        StringBuilder text = new StringBuilder();
        for (LoadedDriver driver : drivers.loaded()) {
            text.append(driver.name()).append("\tdev.remap.driver\n");
            driver.granted()
                    .forEach(name ->
                            text.append(driver.name()).append('\t').append(name).append('\n'));
        }
        return text.toString();
    }

    private String list() {
        TaintLedger taints = drivers.taints();
        String letters = Taint.letters(taints.mask());
        StringBuilder text =
                new StringBuilder("manager ").append(ProcessHandle.current().pid());
        text.append(letters.isEmpty() ? ": not tainted\n" : ": tainted " + letters + "\n");
        drivers.loaded()
                .forEach(driver -> text.append("  ").append(line(driver)).append('\n'));
        taints.entries().forEach(entry -> text.append("  taint ").append(entry).append('\n'));
        return text.toString();
    }

    private String line(LoadedDriver driver) {
        StringBuilder text = new StringBuilder(driver.name());
        text.append(" [").append(driver.taintLetters()).append("] ").append(driver.standing());
        text.append("; ")
                .append(driver.declaration().description())
                .append(", by ")
                .append(driver.declaration().author());
        text.append("; signed: ")
                .append(
                        driver.signature().signer().isEmpty()
                                ? "no"
                                : driver.signature().signer());
        text.append("; drivers ").append(drivers.namesOf(driver));
        text.append("; granted ").append(driver.granted());
        if (!driver.uses().isEmpty()) {
            text.append("; uses ").append(driver.uses());
        }
        return text.append("; from ").append(driver.file()).toString();
    }
}
