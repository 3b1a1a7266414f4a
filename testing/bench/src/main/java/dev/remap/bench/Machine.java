// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/** What benchmarks run on. */
final class Machine {
    private static final Path CPUS = Path.of("/proc/cpuinfo");
    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final Path LOAD = Path.of("/proc/loadavg");
    private static final String VERSION = "/META-INF/maven/dev.remap/remap-bench/pom.properties";
    private static final String UNKNOWN = "unknown";

    private Machine() {}

    /** Processor, CPUs, memory and the versions of what takes part. */
    static Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("cpu", field(CPUS, "model name"));
        fields.put("cpus", Runtime.getRuntime().availableProcessors());
        fields.put("memory", field(MEMORY, "MemTotal"));
        fields.put("load average", load());
        fields.put("kernel", System.getProperty("os.version"));
        fields.put("architecture", System.getProperty("os.arch"));
        fields.put("java", System.getProperty("java.vendor") + " " + Runtime.version());
        fields.put("remap", version());
        return fields;
    }

    private static String field(Path file, String name) {
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse(UNKNOWN);
        } catch (IOException e) {
            return UNKNOWN + ": " + e.getMessage();
        }
    }

    /** Of the last 1, 5 and 15 minutes: what others do on the machine is in it. */
    private static String load() {
        try {
            return Files.readString(LOAD).replaceFirst(" \\d+/.*\\s*", "");
        } catch (IOException e) {
            return UNKNOWN + ": " + e.getMessage();
        }
    }

    private static String version() {
        var properties = new Properties();
        try (InputStream file = Machine.class.getResourceAsStream(VERSION)) {
            if (file != null) {
                properties.load(file);
            }
        } catch (IOException e) {
            return UNKNOWN + ": " + e.getMessage();
        }
        return properties.getProperty("version", UNKNOWN);
    }
}
