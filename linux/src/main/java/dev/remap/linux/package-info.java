// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
/**
 * Linux system calls as plain static methods: userfaultfd, memfd, mmap, pidfd, sockets with descriptors, files, io_uring,
 * cgroups.
 *
 * <p>A call returns a result {@code >= 0} or {@code -errno}, see {@link dev.remap.linux.Errno}; it never throws for an errno.
 * Addresses are raw longs, so that hot calls allocate nothing; a wrong address is a crash, not an exception.
 *
 * <p>Must not know: pages, regions, messages, policies. Start reading at {@code Native}, then {@link dev.remap.linux.UffdPort}.
 */
@NullMarked
package dev.remap.linux;

import org.jspecify.annotations.NullMarked;
