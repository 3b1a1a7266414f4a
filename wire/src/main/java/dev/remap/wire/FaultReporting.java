// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import dev.remap.linux.Userfaultfd;

/** How an application has its kernel report faults to a manager ({@code Documentation/admin-guide/mm/userfaultfd.rst}). */
public final class FaultReporting {
    /** The features of a userfaultfd without which no manager can serve: Linux 6.4, whose UFFDIO_CONTINUE can map write-protected. */
    public static final long FEATURES = Userfaultfd.UFFD_FEATURE_MISSING_SHMEM
            | Userfaultfd.UFFD_FEATURE_MINOR_SHMEM
            | Userfaultfd.UFFD_FEATURE_WP_HUGETLBFS_SHMEM
            | Userfaultfd.UFFD_FEATURE_WP_UNPOPULATED
            | Userfaultfd.UFFD_FEATURE_THREAD_ID;

    /** What is reported of a region. */
    public static final long MODES = Userfaultfd.UFFDIO_REGISTER_MODE_MISSING
            | Userfaultfd.UFFDIO_REGISTER_MODE_MINOR
            | Userfaultfd.UFFDIO_REGISTER_MODE_WP;

    /** What is reported of a region that can only be read: its mapping is private, and has nothing to protect. */
    public static final long READER_MODES =
            Userfaultfd.UFFDIO_REGISTER_MODE_MISSING | Userfaultfd.UFFDIO_REGISTER_MODE_MINOR;

    private FaultReporting() {}
}
