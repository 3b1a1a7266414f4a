// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import java.util.HashSet;
import java.util.Set;

/**
 * What an operator asks of drivers.
 *
 * @param trust whose signatures count
 * @param requireSigned whether a driver is refused that nobody in the trust store vouches for
 * @param nativeModules modules that may use native code
 */
public record DriverPolicy(TrustStore trust, boolean requireSigned, Set<String> nativeModules) {
    /** Copies the set. */
    public DriverPolicy {
        nativeModules = Set.copyOf(nativeModules);
    }

    /** Takes unsigned drivers, and grants nobody native code. */
    public static DriverPolicy defaults() {
        return new DriverPolicy(TrustStore.empty(), false, Set.of());
    }

    /** This, for signed drivers only. */
    public DriverPolicy signedOnly() {
        return new DriverPolicy(trust, true, nativeModules);
    }

    /** This, with native code granted to one module more. */
    public DriverPolicy grantNative(String module) {
        Set<String> more = new HashSet<>(nativeModules);
        more.add(module);
        return new DriverPolicy(trust, requireSigned, more);
    }
}
