// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The peer of scattered reads: {@code fio}, which only reads. */
final class Fio {
    private static final String MISSING =
            "fio is not installed: run scripts/install-deps bench as root (Debian package fio)";

    private Fio() {}

    /** Why it cannot be run, not even after an attempt to install it; empty if it can. */
    static String missing() throws IOException, InterruptedException {
        return isInstalled() || (DebianPackages.install() && isInstalled()) ? "" : MISSING;
    }

    private static boolean isInstalled() throws InterruptedException {
        try {
            return Program.run(List.of("fio", "--version")).status() == 0;
        } catch (IOException e) {
            System.getLogger(Fio.class.getName()).log(System.Logger.Level.DEBUG, "fio --version", e);
            return false;
        }
    }

    /** 4 KiB reads at random places, around the page cache, 32 under way. */
    static Sample measure(DataFile file, FilesPlan plan, int round) throws IOException, InterruptedException {
        Program.Output output = Program.run(List.of(
                "fio",
                "--name=scattered",
                "--filename=" + file.path(),
                "--rw=randread",
                "--readonly",
                "--bs=4k",
                "--direct=1",
                "--ioengine=libaio",
                "--iodepth=32",
                "--randseed=" + (round + 1),
                "--time_based",
                "--ramp_time=" + FilesPlan.BATCH_WARM_UP_MS + "ms",
                "--runtime=" + plan.measureMs() + "ms",
                "--output-format=json"));
        if (output.status() != 0) {
            throw new IOException("fio: " + output.firstLine());
        }
        return parse(StandardCharsets.UTF_8.decode(output.bytes()).toString());
    }

    /** Its report, before which it may have said something else. */
    static Sample parse(String report) throws IOException {
        Map<String, Object> fields = JSON.std.mapFrom(report.substring(Math.max(0, report.indexOf('{'))));
        if (fields.get("jobs") instanceof List<?> jobs
                && jobs.getFirst() instanceof Map<?, ?> job
                && job.get("read") instanceof Map<?, ?> read
                && read.get("iops") instanceof Number rate) {
            return Sample.ofRate(rate.doubleValue());
        }
        throw new IOException("fio's report has no jobs[0].read.iops");
    }
}
