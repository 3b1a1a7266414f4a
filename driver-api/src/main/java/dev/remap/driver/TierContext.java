// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver;

import java.nio.file.Path;

/**
 * What the core gives to a tier when it opens one for a region.
 *
 * @param regionName the region's name, for names of files and messages
 * @param regionPages the number of pages the region can ever have; page numbers are below it
 * @param options the text after the colon in a tier's specification, for instance {@code zstd} in {@code zram:zstd}; empty if none
 * @param dram where a tier that {@linkplain TierFacts#usesDram uses DRAM} charges each 4 KiB it occupies, before it does
 * @param relocation how a tier moves what it has stored
 * @param spillDirectory where a tier that needs files makes them
 * @param spill where such a tier charges each 4 KiB of disk it occupies, before it does
 * @param descriptors where a tier keeps the descriptors of memory that {@linkplain TierFacts#survivesManager survives the manager}, and
 *     finds them after a takeover
 */
public record TierContext(
        String regionName,
        long regionPages,
        String options,
        PageAccount dram,
        Relocation relocation,
        Path spillDirectory,
        PageAccount spill,
        DescriptorStore descriptors) {}
