// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.memremap.BoundDevice;
import dev.remap.core.memremap.DeviceTable;
import dev.remap.core.memremap.DeviceTable.DeviceStateException;
import dev.remap.core.module.DriverLoader;
import dev.remap.core.module.DriverPolicy;
import dev.remap.core.module.DriverRefusedException;
import dev.remap.core.module.LoadedDriver;
import dev.remap.core.module.TaintLedger;
import dev.remap.driver.Driver;
import dev.remap.wire.Keepsakes;
import dev.remap.wire.Taint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * The drivers that are no part of the manager's program. What was loaded is kept, so that the manager after this one has it as well.
 * Thread-safe.
 */
final class Drivers {
    private static final System.Logger LOG = System.getLogger(Drivers.class.getName());
    private static final String KEY = "driver";
    private static final long UNBIND_NS = 10_000_000_000L;

    private final DeviceTable table;
    private final TaintLedger taints;
    private final DriverLoader loader;
    private final Keepsakes keepsakes;
    private final DriverSettings settings = DriverSettings.ofProperties();

    /** What each loaded module has made. */
    private final Map<String, List<Driver>> instances = new TreeMap<>();

    Drivers(DeviceTable table, TaintLedger taints, Keepsakes keepsakes) {
        this.table = table;
        this.taints = taints;
        this.keepsakes = keepsakes;
        loader = new DriverLoader(taints);
        if (loader.isGated()) {
            ServiceLoader.load(Driver.class).forEach(this::taintIfNoModule);
        }
    }

    private void taintIfNoModule(Driver driver) {
        if (!driver.getClass().getModule().isNamed()) {
            String name = driver.getClass().getName();
            taints.add(Taint.PROPRIETARY, name, "found on the class path, where no licence can be declared");
            taints.add(Taint.OUT_OF_TREE, name, "found on the class path");
            taints.add(Taint.UNSIGNED, name, "found on the class path");
        }
    }

    TaintLedger taints() {
        return taints;
    }

    /** Those that were loaded. */
    List<LoadedDriver> loaded() {
        return loader.loaded();
    }

    /** The names of the drivers that a loaded module has. */
    synchronized List<String> namesOf(LoadedDriver driver) {
        return instances.getOrDefault(driver.name(), List.of()).stream()
                .map(Driver::name)
                .toList();
    }

    /** Loads what the settings name, and binds nothing; what is refused is logged. */
    void loadConfigured() {
        for (Path jar : settings.jars()) {
            tryLoad(jar, false, false);
        }
    }

    /** Loads what a manager before this one had loaded when it died, and binds nothing. */
    void loadKept() {
        for (String key : keepsakes.keysUnder(KEY)) {
            Keepsakes.Kept kept = keepsakes.get(key);
            boolean known = loader.loaded().stream().anyMatch(driver -> key.equals(KEY + "/" + driver.name()));
            if (kept != null && !known) {
                String[] parts = new String(kept.value(), StandardCharsets.UTF_8).split("\n", -1);
                tryLoad(Path.of(parts[0]), parts[1].equals("force"), parts[2].equals("native"));
            }
        }
    }

    private void tryLoad(Path jar, boolean force, boolean grantNative) {
        try {
            load(settings.policy(), jar, force, grantNative);
        } catch (IOException | DriverRefusedException e) {
            LOG.log(System.Logger.Level.ERROR, "not loaded: " + e.getMessage());
        }
    }

    /** Loads a driver and binds it to the devices that it names itself. */
    synchronized LoadedDriver loadAndBind(Path jar, boolean force, boolean grantNative, boolean requireSigned)
            throws IOException, DriverRefusedException {
        DriverPolicy policy = requireSigned ? settings.policy().signedOnly() : settings.policy();
        LoadedDriver driver = load(policy, jar, force, grantNative);
        instances.getOrDefault(driver.name(), List.of()).forEach(table::bindAll);
        return driver;
    }

    private synchronized LoadedDriver load(DriverPolicy given, Path jar, boolean force, boolean grantNative)
            throws IOException, DriverRefusedException {
        DriverPolicy policy = grantNative ? given.grantNative(DriverLoader.moduleOf(jar)) : given;
        DriverLoader.Providers providers = loader.load(new DriverLoader.Order(jar, force), policy);
        String name = providers.driver().name();
        List<Driver> known = new ArrayList<>();
        for (Driver driver : providers.instances()) {
            if (table.add(driver)) {
                known.add(driver);
            } else {
                LOG.log(System.Logger.Level.WARNING, "module {0}: there is a driver {1} already", name, driver.name());
            }
        }
        instances.put(name, known);
        String text = jar + "\n" + (force ? "force" : "") + "\n" + (grantNative ? "native" : "");
        keepsakes.keep(KEY + "/" + name, text.getBytes(StandardCharsets.UTF_8));
        return providers.driver();
    }

    /**
     * Unbinds a driver's devices and unloads it. Blocks as unbinding does.
     *
     * @throws IOException if a region has tiers of it, another driver uses it, or pages had to be failed
     */
    synchronized void unload(String module) throws IOException {
        List<Driver> drivers = instances.getOrDefault(module, List.of());
        for (Driver driver : drivers) {
            for (BoundDevice device : table.all()) {
                if (device.driver().name().equals(driver.name())) {
                    unbind(device.name());
                }
            }
        }
        loader.unload(module);
        drivers.forEach(table::drop);
        instances.remove(module);
        keepsakes.drop(KEY + "/" + module);
    }

    private void unbind(String device) throws IOException {
        try {
            table.unbind(device, UNBIND_NS);
        } catch (DeviceStateException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
