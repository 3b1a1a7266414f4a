// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.memremap;

import dev.remap.driver.BackingFilesOps;
import dev.remap.driver.DescriptorStore;
import dev.remap.driver.Device;
import dev.remap.driver.DeviceCommands;
import dev.remap.driver.Devres;
import dev.remap.driver.Driver;
import dev.remap.driver.TierOps;
import dev.remap.driver.mm.DevicePagemap;
import dev.remap.driver.mm.Frames;
import dev.remap.driver.mm.Pagemap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A device and what its driver has registered for it. Thread-safe. */
public final class BoundDevice implements Device {
    private static final System.Logger LOG = System.getLogger(BoundDevice.class.getName());

    /** Where in its life a device is. */
    enum State {
        PROBING,
        BOUND,
        UNBINDING
    }

    private final String name;
    private final Driver driver;
    private final String options;
    private final DeviceTable table;
    private final Memmap memmap;
    private final DeviceKeepsakes keepsakes;
    private final DeviceResources devres;
    private final DeviceAccess access;
    private final HookAgent hooks;
    private final DeviceAgent agent;
    private final CopyOnWriteArrayList<RegisteredPagemap> pagemaps = new CopyOnWriteArrayList<>();
    private final List<TierOps> tiers = new CopyOnWriteArrayList<>();
    private final Set<String> suppliers = new TreeSet<>();
    private volatile @Nullable BackingFilesOps files;
    private volatile @Nullable DeviceCommands commands;
    private volatile State state = State.PROBING;
    private volatile @Nullable String givenUp;
    private volatile @Nullable String lastFault;

    BoundDevice(
            String name, Driver driver, String options, DeviceTable table, Memmap memmap, DeviceKeepsakes keepsakes) {
        this.name = name;
        this.driver = driver;
        this.options = options;
        this.table = table;
        this.memmap = memmap;
        this.keepsakes = keepsakes;
        devres = new DeviceResources(name);
        access = new DeviceAccess(memmap);
        hooks = new HookAgent(name, this::fault);
        agent = new DeviceAgent(name);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String options() {
        return options;
    }

    /** Its driver. */
    public Driver driver() {
        return driver;
    }

    @Override
    public Devres devres() {
        return devres;
    }

    DeviceResources resources() {
        return devres;
    }

    @Override
    public DescriptorStore descriptors() {
        return keepsakes.driver();
    }

    DeviceKeepsakes keepsakes() {
        return keepsakes;
    }

    @Override
    public void dependOn(String supplier) throws IOException {
        checkProbing("dependOn");
        table.link(this, supplier);
    }

    /** Names of the devices that it works by means of. Guarded by the table. */
    Set<String> suppliers() {
        return suppliers;
    }

    @Override
    public void provideTiers(TierOps ops) {
        checkProbing("provideTiers");
        tiers.add(ops);
    }

    @Override
    public void provideFiles(BackingFilesOps ops) {
        checkProbing("provideFiles");
        files = ops;
    }

    @Override
    public void provideCommands(DeviceCommands value) {
        checkProbing("provideCommands");
        commands = value;
    }

    @Override
    public Pagemap memremapPages(DevicePagemap description) throws IOException {
        checkProbing("memremapPages");
        int index = pagemaps.size();
        KeptPagemap kept = keepsakes.kept(index);
        boolean continued = kept != null && kept.survives() && description.survivesManager();
        RegisteredPagemap pagemap = memmap.register(this, description, continued ? kept : null);
        pagemaps.add(pagemap);
        devres.addActionOrReset("pagemap " + index, () -> table.unregister(pagemap));
        keepsakes.keep(index, KeptPagemap.toBytes(pagemap), pagemap.descriptorsFd());
        return pagemap;
    }

    @Override
    public Frames frames() {
        return access;
    }

    private void checkProbing(String what) {
        if (state != State.PROBING) {
            throw new IllegalStateException(what + " of device " + name + ": only while it is being probed");
        }
    }

    /** Its pagemaps, in the order they were registered in. */
    public List<RegisteredPagemap> pagemaps() {
        return pagemaps;
    }

    void forget(RegisteredPagemap pagemap) {
        pagemaps.remove(pagemap);
    }

    List<TierOps> tiers() {
        return tiers;
    }

    @Nullable
    BackingFilesOps files() {
        return files;
    }

    /** Who carries out its commands; null if nobody. */
    public @Nullable DeviceCommands commands() {
        return commands;
    }

    /** Runs a command on the device's thread, after those before it; false if too many wait. */
    public boolean execute(Runnable command) {
        return agent.execute(command);
    }

    void state(State value) {
        state = value;
    }

    /** Whether it has been probed and is not being unbound. */
    public boolean isBound() {
        return state == State.BOUND;
    }

    /** Whether no hook of it is called any more, since one did not return. */
    public boolean isGivenUp() {
        return givenUp != null;
    }

    /** Where in its life it is, for people. */
    String describeState() {
        String why = givenUp;
        String fault = lastFault;
        if (why != null) {
            return "given up: " + why;
        }
        String now = switch (state) {
            case PROBING -> "probing";
            case BOUND -> "bound";
            case UNBINDING -> "unbinding";
        };
        return fault == null ? now : now + "; last fault: " + fault;
    }

    /** Calls a hook that somebody waits for; a device whose hook does not return in time, or throws, is given up. */
    public void call(String hook, long budgetNs, Runnable work) {
        if (isGivenUp()) {
            return;
        }
        String failure = hooks.call(hook, budgetNs, work);
        if (failure != null) {
            giveUp(failure);
        }
    }

    void free(DevicePagemap.PageFreeHook hook, long pfn) {
        if (!isGivenUp()) {
            hooks.free(hook::pageFree, pfn);
        }
    }

    /** Notes, and logs, what a hook has done wrong. */
    void fault(String what) {
        lastFault = what;
        LOG.log(System.Logger.Level.ERROR, "device {0}, driver {1}: {2}", name, driver.name(), what);
    }

    /** Cuts the device off from all frames, and calls no hook of it any more. */
    private void giveUp(String why) {
        synchronized (this) {
            if (givenUp != null) {
                return;
            }
            givenUp = why;
        }
        fault(why + "; it is given up");
        access.cut();
        pagemaps.forEach(RegisteredPagemap::kill);
        memmap.services().forget(this);
    }

    /** Waits until frames that are free have been given back to the driver. */
    void awaitFreed(long deadlineNs) {
        if (!hooks.awaitFreed(deadlineNs)) {
            fault("frames have not been taken back in time");
        }
    }

    /** Ends its threads and its access to frames. */
    void end() {
        access.cut();
        agent.close();
        hooks.close();
    }

    /** Waits for the command that is under way. */
    boolean awaitIdle(long deadlineNs) {
        return agent.awaitIdle(deadlineNs);
    }

    /** What holds it, one line each. */
    List<String> holders() {
        List<String> lines = new ArrayList<>();
        for (RegisteredPagemap pagemap : pagemaps) {
            lines.addAll(Holders.of(pagemap));
        }
        lines.addAll(memmap.services().holders(this));
        return lines;
    }
}
