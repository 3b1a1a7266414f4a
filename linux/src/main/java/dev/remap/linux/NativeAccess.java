// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import org.jspecify.annotations.Nullable;

/** Whether this JVM may make native calls at all. Ask before the first call; does not throw. */
public final class NativeAccess {

    private NativeAccess() {}

    /** What is missing and how to supply it (operating system, architecture, JVM flag); null if calls work. */
    public static @Nullable String problem() {
        return Native.PROBLEM;
    }
}
