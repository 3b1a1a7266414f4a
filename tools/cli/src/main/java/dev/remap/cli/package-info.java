// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
/**
 * The command line. {@code doctor}: {@link dev.remap.cli.HostProbe} looks at the host, {@link dev.remap.cli.Diagnosis} judges what
 * was seen, a class named {@code ...Check} each thing, and {@link dev.remap.cli.DoctorText} shows it. Judging calls nothing, so that
 * tests do it on made-up hosts.
 */
@NullMarked
package dev.remap.cli;

import org.jspecify.annotations.NullMarked;
