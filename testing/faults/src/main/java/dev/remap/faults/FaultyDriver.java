// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.faults;

import dev.remap.driver.Tier;
import dev.remap.driver.TierContext;
import dev.remap.driver.TierDriver;
import dev.remap.driver.TierFacts;
import java.io.IOException;
import java.util.ServiceLoader;

/** An installed driver under another name, whose tiers fail as the switchboard says; facts and options are the driver's. */
abstract class FaultyDriver implements TierDriver {
    private final String driver;

    FaultyDriver(String driver) {
        this.driver = driver;
    }

    @Override
    public String name() {
        return "faulty" + driver;
    }

    @Override
    public TierFacts facts() {
        return driver().facts();
    }

    @Override
    public Tier openTier(TierContext context) throws IOException {
        return new FaultyTier(driver().openTier(context), Switchboard.PROCESS);
    }

    private TierDriver driver() {
        return ServiceLoader.load(TierDriver.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(one -> one.name().equals(driver))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("driver " + driver + " is not installed"));
    }
}
