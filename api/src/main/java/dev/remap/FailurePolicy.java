// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

/**
 * What a plain touch of a page that cannot be served does. {@code load} and {@code pin} are not affected: they throw a
 * {@link RemapException} and never show a byte.
 */
public enum FailurePolicy {
    /**
     * The page is poisoned ({@code UFFDIO_POISON}). The touch ends in an {@link InternalError}, which HotSpot reports
     * <em>imprecisely</em>: compiled code may go on with undefined bytes first, and the error may surface outside the enclosing
     * {@code try} block; Vector API, CRC32C, Deflater and native calls on the page end the JVM. So call
     * {@link Region#verify} or {@link Remap#check} before a result that depends on touches is published: they throw from the
     * moment the page failed, which is before the touch ends.
     */
    POISON,
    /**
     * The touch waits until {@link Region#repair} is called. The thread waits inside its load instruction, where it holds every
     * safepoint of the JVM, a garbage collection included: repair must come from another process or from a thread that is not
     * stopped. For programs that prefer a stall to an error.
     */
    WAIT,
    /** The manager ends the process by SIGABRT: for databases that recover from a log. */
    ABORT_PROCESS
}
