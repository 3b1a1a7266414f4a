// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much work waits for memory, as the kernel sees it: {@code Documentation/accounting/psi.rst}, Linux 4.20. */
public final class PressureStall {
    /** The machine's. A control group has a file {@code memory.pressure} of its own. */
    public static final Path HOST = Path.of("/proc/pressure/memory");

    private static final Pattern FULL = Pattern.compile("(?m)^full avg10=([0-9.]+) ");

    private PressureStall() {}

    /**
     * The share of the last ten seconds in which all work stood still for want of memory, in percent; 0 where the kernel does not say,
     * since it was built or started without it, or the file is not there. Reads a small file; never throws.
     */
    public static double fullPercent(Path file) {
        Matcher full = FULL.matcher(ProcFs.read(file));
        return full.find() ? Double.parseDouble(full.group(1)) : 0;
    }
}
