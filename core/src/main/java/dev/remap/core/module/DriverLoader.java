// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import dev.remap.driver.Driver;
import dev.remap.wire.ManagerRuntime;
import dev.remap.wire.Taint;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ResolutionException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * Loads drivers that are not part of the manager's program. A jar is read once; its class files are checked against what Remap exports and
 * what the driver's licence allows; only then is a module layer made, the granted packages opened to that module and to no other, and the
 * first of its code run.
 *
 * <p>This holds what a driver's Java code can reach in this process. It is no sandbox: a driver reads and writes files and starts
 * processes as the manager's user. One that was granted native code is held by nothing.
 *
 * <p>Thread-safe; one driver is loaded at a time.
 */
public final class DriverLoader {
    private static final System.Logger LOG = System.getLogger(DriverLoader.class.getName());

    private final Platform platform;
    private final TaintLedger taints;
    private final Map<String, LoadedDriver> loaded = new LinkedHashMap<>();

    /** What is to be loaded, and what an operator says about this one. */
    public record Order(Path file, boolean force) {}

    /** A driver and what the service loader makes of its providers. */
    public record Providers(LoadedDriver driver, List<Driver> instances) {
        /** Copies the list. */
        public Providers {
            instances = List.copyOf(instances);
        }
    }

    private record Checked(
            DriverImage image, Standing standing, List<LoadedDriver> used, UseCheck uses, boolean forced) {}

    /** Loads into layers above the one that this class is in. */
    public DriverLoader(TaintLedger taints) {
        this.platform = new Platform(
                DriverLoader.class.getModule().isNamed()
                        ? DriverLoader.class.getModule().getLayer()
                        : ModuleLayer.boot());
        this.taints = taints;
        if (!isGated()) {
            taints.add(Taint.FORCED, "the manager", "it runs on the class path, where nothing is closed to anybody");
        }
    }

    /** Whether the module system holds drivers: not if Remap itself is on the class path. */
    public boolean isGated() {
        return DriverLoader.class.getModule().isNamed();
    }

    /**
     * Checks a driver and loads none of its code.
     *
     * @return the packages it would be granted
     * @throws DriverRefusedException if anything is against it
     * @throws IOException if the jar cannot be read, or is no module
     */
    public synchronized Set<String> check(Order order, DriverPolicy policy) throws IOException, DriverRefusedException {
        return checked(order, policy).uses().granted();
    }

    /**
     * Checks and loads a driver, and makes its providers. Blocks for as long as its constructors take.
     *
     * @throws DriverRefusedException if anything is against it, its own constructors included
     * @throws IOException if the jar cannot be read, or is no module
     */
    public synchronized Providers load(Order order, DriverPolicy policy) throws IOException, DriverRefusedException {
        if (!isGated()) {
            throw new IOException(
                    "no driver can be loaded: the manager runs on the class path; have it run on the module path");
        }
        if (Boolean.getBoolean(ManagerRuntime.UNGATED_PROPERTY)) {
            throw new IOException(
                    "no driver can be loaded into a manager that was started from the AOT cache, where native"
                            + " access is not denied; start it with -D" + ManagerRuntime.PROPERTY
                            + "=none, or name the driver when it is started");
        }
        Checked checked = checked(order, policy);
        ModuleLayer.Controller controller = define(checked);
        Set<Taint> marks = marks(checked, policy);
        LoadedDriver driver = new LoadedDriver(
                checked.image(),
                checked.standing(),
                controller,
                checked.used(),
                checked.uses().granted(),
                marks);
        Module module = driver.module();
        driver.granted().forEach(name -> platform.open(name, module));
        driver.used().forEach(other -> DriverLayer.exportTo(other, module));
        if (marks.contains(Taint.NATIVE)) {
            enableNative(controller, module);
        }
        marks.forEach(taint -> taints.add(taint, driver.name(), cause(taint, checked)));
        List<Driver> instances = instances(driver);
        loaded.put(driver.name(), driver);
        LOG.log(
                System.Logger.Level.INFO,
                "driver {0} loaded from {1}: {2}; granted {3}",
                driver.name(),
                driver.file(),
                driver.standing(),
                driver.granted());
        return new Providers(driver, instances);
    }

    @SuppressWarnings("restricted") // an operator has granted it
    private static void enableNative(ModuleLayer.Controller controller, Module module) {
        controller.enableNativeAccess(module);
    }

    /**
     * Forgets a driver. Its classes are collected when nothing refers to its instances any more.
     *
     * @throws IOException if there is no such driver, or another one uses it
     */
    public synchronized void unload(String name) throws IOException {
        LoadedDriver driver = loaded.get(name);
        if (driver == null) {
            throw new IOException("no driver " + name + " is loaded; there are: " + loaded.keySet());
        }
        for (LoadedDriver other : loaded.values()) {
            if (other.used().contains(driver)) {
                throw new IOException("driver " + name + " is used by " + other.name() + ": unload that first");
            }
        }
        loaded.remove(name);
    }

    /**
     * The module name of a jar.
     *
     * @throws IOException if it cannot be read, or is no module
     */
    public static String moduleOf(Path jar) throws IOException {
        return DriverImage.read(jar, TrustStore.empty()).name();
    }

    /** What is loaded now, in the order it was loaded. */
    public synchronized List<LoadedDriver> loaded() {
        return new ArrayList<>(loaded.values());
    }

    private Checked checked(Order order, DriverPolicy policy) throws IOException, DriverRefusedException {
        DriverImage image = DriverImage.read(order.file(), policy.trust());
        List<LoadedDriver> used = used(image);
        Standing standing = Standing.of(image, used);
        List<Offence> offences =
                new ArrayList<>(new ModuleCheck(platform, image, standing, used, loaded.keySet()).offences());
        if (policy.requireSigned() && image.signature().state() != Signature.State.TRUSTED) {
            offences.add(Offence.of(
                    image.file().toString(),
                    "",
                    image.signature().state() == Signature.State.NONE
                            ? "not signed, and this manager takes signed drivers only"
                            : "signed by " + image.signature().signer() + ", whom the trust store does not know",
                    "Sign the jar (jarsigner), or add its signer to the trust store"));
        }
        UseCheck uses = new UseCheck(
                platform, image, standing, used, policy.nativeModules().contains(image.name()));
        uses.run();
        offences.addAll(uses.offences());
        boolean forced =
                order.force() && !offences.isEmpty() && offences.stream().allMatch(Offence::forcible);
        if (!offences.isEmpty() && !forced) {
            throw new DriverRefusedException(image.name(), standing.text(), offences);
        }
        return new Checked(image, standing, used, uses, forced);
    }

    private List<LoadedDriver> used(DriverImage image) {
        List<LoadedDriver> used = new ArrayList<>();
        for (ModuleDescriptor.Requires requires : image.descriptor().requires()) {
            LoadedDriver driver = loaded.get(requires.name());
            if (driver != null) {
                used.add(driver);
            }
        }
        return used;
    }

    private ModuleLayer.Controller define(Checked checked) throws DriverRefusedException {
        try {
            return DriverLayer.define(checked.image(), platform.layer(), checked.used());
        } catch (ResolutionException | LayerInstantiationException e) {
            throw refused(
                    checked,
                    Offence.of(
                            checked.image().name(), "", String.valueOf(e.getMessage()), "Load what it requires first"));
        }
    }

    private List<Driver> instances(LoadedDriver driver) throws DriverRefusedException {
        List<Driver> instances = new ArrayList<>();
        try {
            for (Driver instance : ServiceLoader.load(driver.layer(), Driver.class)) {
                if (instance.getClass().getModule() == driver.module()) {
                    instances.add(instance);
                }
            }
            return instances;
        } catch (ServiceConfigurationError | LinkageError e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            LOG.log(System.Logger.Level.WARNING, "driver " + driver.name() + " fails as it is loaded", e);
            throw new DriverRefusedException(
                    driver.name(),
                    driver.standing(),
                    List.of(Offence.of(
                            driver.name(), "", "its provider cannot be made: " + cause, "See the manager's messages")));
        }
    }

    private static DriverRefusedException refused(Checked checked, Offence offence) {
        return new DriverRefusedException(
                checked.image().name(), checked.standing().text(), List.of(offence));
    }

    private static Set<Taint> marks(Checked checked, DriverPolicy policy) {
        Set<Taint> marks = EnumSet.of(Taint.OUT_OF_TREE);
        DriverImage image = checked.image();
        if (!checked.standing().gplCompatible()) {
            marks.add(Taint.PROPRIETARY);
        }
        if (image.signature().state() != Signature.State.TRUSTED) {
            marks.add(Taint.UNSIGNED);
        }
        if (checked.forced()) {
            marks.add(Taint.FORCED);
        }
        if (image.declaration().test()) {
            marks.add(Taint.TEST);
        }
        if (policy.nativeModules().contains(image.name())) {
            marks.add(Taint.NATIVE);
        }
        return marks;
    }

    private static String cause(Taint taint, Checked checked) {
        return switch (taint) {
            case PROPRIETARY -> checked.standing().text();
            case OUT_OF_TREE -> "loaded from " + checked.image().file();
            case UNSIGNED ->
                checked.image().signature().state() == Signature.State.NONE
                        ? "not signed"
                        : "signed by " + checked.image().signature().signer() + ", who is not in the trust store";
            case FORCED -> "loaded by force";
            case TEST -> "declared to be for tests";
            case NATIVE -> "may use native code";
        };
    }
}
