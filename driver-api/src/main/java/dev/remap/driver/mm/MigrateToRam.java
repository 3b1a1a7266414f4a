// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.mm;

/**
 * Pages of a device that have to come back to DRAM, since the CPU has touched one of them, or has been told to load them, or the device
 * is being unbound. Linux brings one page back per fault; here it is as many as the pattern of faults has earned, at most 64. Valid
 * during the call.
 */
public interface MigrateToRam {
    /** How many pages. */
    int count();

    /** The frame of page {@code i}, of the pagemap that was called. */
    long pfn(int i);

    /** The address of the 4096 bytes that page {@code i} is to be copied to. */
    long address(int i);

    /** Page {@code i} could not be copied: it fails with the error, and the others do not. */
    void fail(int i, String detail);
}
