// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.conformance;

import dev.remap.driver.BackingFilesOps;
import dev.remap.driver.DescriptorStore;
import dev.remap.driver.Device;
import dev.remap.driver.DeviceCommands;
import dev.remap.driver.Devres;
import dev.remap.driver.TierOps;
import dev.remap.driver.mm.DevicePagemap;
import dev.remap.driver.mm.Frames;
import dev.remap.driver.mm.Pagemap;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A device in this process that takes note of the tiers a driver provides, and offers nothing else. */
final class TierProbe implements Device, Devres, DescriptorStore, AutoCloseable {
    @Nullable
    TierOps tiers;

    private final String driver;
    private final Deque<Action> actions = new ArrayDeque<>();

    TierProbe(String driver) {
        this.driver = driver;
    }

    @Override
    public String name() {
        return driver + "0";
    }

    @Override
    public String options() {
        return "";
    }

    @Override
    public Devres devres() {
        return this;
    }

    @Override
    public DescriptorStore descriptors() {
        return this;
    }

    @Override
    public void provideTiers(TierOps ops) {
        tiers = ops;
    }

    @Override
    public void provideFiles(BackingFilesOps ops) {
        Failure.holds("files have facts", ops.facts() != null);
    }

    @Override
    public void dependOn(String supplier) {
        throw new UnsupportedOperationException("no device " + supplier + " is here");
    }

    @Override
    public void provideCommands(DeviceCommands commands) {
        throw new UnsupportedOperationException("nobody gives commands here");
    }

    @Override
    public Pagemap memremapPages(DevicePagemap pagemap) {
        throw new UnsupportedOperationException("there are no page frames here");
    }

    @Override
    public Frames frames() {
        throw new UnsupportedOperationException("there are no page frames here");
    }

    @Override
    public void addActionOrReset(String what, Action action) {
        actions.push(action);
    }

    @Override
    public void removeAction(Action action) {
        actions.remove(action);
    }

    @Override
    public void releaseAction(Action action) {
        throw new UnsupportedOperationException("a tier's device keeps what it has");
    }

    @Override
    public Group openGroup(String what) {
        throw new UnsupportedOperationException("a tier's device keeps what it has");
    }

    @Override
    public void keep(String name, int fd) {
        Failure.holds("a descriptor", fd >= 0);
    }

    @Override
    public int kept(String name) {
        return -1;
    }

    @Override
    public void close() {
        while (!actions.isEmpty()) {
            undo(actions.pop());
        }
    }

    private static void undo(Action action) {
        try {
            action.run();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
