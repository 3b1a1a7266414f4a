// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.memremap;

/** The owner of a pagemap whose frames the core keeps on behalf of devices: of pages that one has exclusive access to. */
public interface CoreFrames {
    /** As {@link dev.remap.driver.mm.Frames#read}. */
    long read(long pfn, long offset, long length, long targetAddress);

    /** As {@link dev.remap.driver.mm.Frames#write}. */
    long write(long pfn, long offset, long length, long sourceAddress);
}
