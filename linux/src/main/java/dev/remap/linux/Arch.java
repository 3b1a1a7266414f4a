// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The processor architectures whose system-call numbers Remap knows. */
public enum Arch {
    X86_64,
    AARCH64,
    UNKNOWN;

    private static final Arch CURRENT = of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));

    /** The architecture this JVM runs on; {@link #UNKNOWN} for any operating system but Linux. */
    public static Arch current() {
        return CURRENT;
    }

    /** Whether native calls can work here; when not, each throws UnsupportedOperationException. */
    public static boolean supported() {
        return CURRENT != UNKNOWN;
    }

    static Arch of(String osName, String osArch) {
        if (!osName.equals("Linux")) {
            return UNKNOWN;
        }
        return switch (osArch.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64", "arm64" -> AARCH64;
            default -> UNKNOWN;
        };
    }

    /** What is wrong with this machine, or null. */
    static @Nullable String problem(Arch arch) {
        if (arch != UNKNOWN) {
            return null;
        }
        return "Remap needs Linux on x86-64 or aarch64; this is " + System.getProperty("os.name") + " on "
                + System.getProperty("os.arch");
    }

    /** The value for this architecture; on an unknown one -1, which no call gets to see. */
    static int pick(int x86, int aarch64) {
        return switch (CURRENT) {
            case X86_64 -> x86;
            case AARCH64 -> aarch64;
            case UNKNOWN -> -1;
        };
    }
}
