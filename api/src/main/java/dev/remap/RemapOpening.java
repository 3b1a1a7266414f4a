// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

/** Decides who serves: a manager, or where there is no userfaultfd and the configuration says so, the kernel. */
final class RemapOpening {
    /**
     * The system property that decides without looking at the host: with the value {@code mmap}, {@link Remap#open} gives plain mappings as
     * if there were no userfaultfd, whatever the configuration says. For tests and comparisons.
     */
    static final String MODE_PROPERTY = "dev.remap.mode";

    private RemapOpening() {}

    /** What starts a manager. */
    interface Managed {
        Remap open(RemapConfig config) throws RemapException;
    }

    static Remap open(RemapConfig config, Managed managed) throws RemapException {
        if ("mmap".equals(System.getProperty(MODE_PROPERTY))) {
            return MappedRemap.open(config);
        }
        try {
            return managed.open(config);
        } catch (RemapException e) {
            if (config.fallback() != Fallback.MMAP || !isTheHosts(e.category())) {
                throw e;
            }
            Remap mapped = MappedRemap.open(config);
            log().log(
                            System.Logger.Level.WARNING,
                            "going on with plain mappings (Fallback.MMAP): the kernel decides what stays in memory, the DRAM budget is"
                                    + " not kept, and there are no tiers. The reason: " + e.getMessage());
            return mapped;
        }
    }

    private static boolean isTheHosts(RemapException.Category category) {
        return category == RemapException.Category.PERMISSION || category == RemapException.Category.UNSUPPORTED;
    }

    /** Made when it is needed: the first logger of a JVM takes as long as a tenth of its start. */
    private static System.Logger log() {
        return System.getLogger(RemapOpening.class.getName());
    }
}
