// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import java.util.List;
import java.util.concurrent.Callable;

/** One run of a mode: {@link #call} does it and answers its totals, or throws a {@link TortureFailure}. */
interface Run extends Callable<String> {
    /** Operations completed so far. Read by other threads. */
    long completed();

    /** One line for each thread: what it is doing. Read by other threads. */
    List<String> lanes();
}
