// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import dev.remap.driver.Tier;

/** Where no device is: a word that names one is of a device that is gone. */
final class NoDevices implements DeviceFrames {
    @Override
    public Tier.Fetcher newFetcher(PagedRegion region) {
        return (page, location, targetAddress) -> Tier.IO_ERROR;
    }

    @Override
    public void free(long pfn) {}

    @Override
    public void close(PagedRegion region) {}

    @Override
    public boolean adopt(PagedRegion region, long page, long pfn) {
        return false;
    }

    @Override
    public long shadow(long pfn) {
        return 0;
    }

    @Override
    public String name(long pfn) {
        return "device";
    }
}
