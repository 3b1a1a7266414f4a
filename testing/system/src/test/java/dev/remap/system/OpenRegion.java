// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;

/** A Remap with one region, closed together. */
record OpenRegion(Remap remap, Region region) implements AutoCloseable {
    static OpenRegion of(long budgetBytes, RegionSpec spec) throws RemapException {
        Remap remap = Remap.open(RemapConfig.defaults().dramBytes(budgetBytes));
        try {
            return new OpenRegion(remap, remap.create("region", spec));
        } catch (RemapException e) {
            remap.close();
            throw e;
        }
    }

    static OpenRegion of(long budgetBytes, long sizeBytes) throws RemapException {
        return of(budgetBytes, RegionSpec.ofSize(sizeBytes));
    }

    @Override
    public void close() {
        remap.close();
    }
}
