// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import dev.remap.wire.Taint;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A driver in a module layer of its own. Whoever lets go of all its instances after {@link DriverLoader#unload} lets the layer be
 * collected.
 */
public final class LoadedDriver {
    private final DriverImage image;
    private final Standing standing;
    private final ModuleLayer.Controller controller;
    private final List<LoadedDriver> used;
    private final Set<String> granted;
    private final EnumSet<Taint> taints;

    LoadedDriver(
            DriverImage image,
            Standing standing,
            ModuleLayer.Controller controller,
            List<LoadedDriver> used,
            Set<String> granted,
            Set<Taint> taints) {
        this.image = image;
        this.standing = standing;
        this.controller = controller;
        this.used = List.copyOf(used);
        this.granted = Set.copyOf(granted);
        this.taints = taints.isEmpty() ? EnumSet.noneOf(Taint.class) : EnumSet.copyOf(taints);
    }

    /** The module's name. */
    public String name() {
        return image.name();
    }

    /** Where it came from. */
    public Path file() {
        return image.file();
    }

    /** What its module declaration says. */
    public Declaration declaration() {
        return image.declaration();
    }

    /** Who has signed it. */
    public Signature signature() {
        return image.signature();
    }

    /** Its licence and what it counts as, for people. */
    public String standing() {
        return standing.text();
    }

    /** Packages of Remap that were opened to it beyond what everybody has. */
    public Set<String> granted() {
        return new TreeSet<>(granted);
    }

    /** What it has tainted the manager with. */
    public Set<Taint> taints() {
        return EnumSet.copyOf(taints);
    }

    /** The letters of {@link #taints}. */
    public String taintLetters() {
        return Taint.letters(taints.stream().mapToLong(Taint::bit).sum());
    }

    /** Modules of other drivers that it uses. */
    public List<String> uses() {
        return used.stream().map(LoadedDriver::name).toList();
    }

    boolean gplCompatible() {
        return standing.gplCompatible();
    }

    ModuleLayer layer() {
        return controller.layer();
    }

    ModuleLayer.Controller controller() {
        return controller;
    }

    Module module() {
        return layer().findModule(name()).orElseThrow();
    }

    List<LoadedDriver> used() {
        return used;
    }

    /** What it exports to another driver, by its own declaration. */
    Set<String> exportedTo(String module) {
        Set<String> names = new TreeSet<>();
        image.descriptor().exports().stream()
                .filter(exports -> !exports.isQualified() || exports.targets().contains(module))
                .forEach(exports -> names.add(exports.source()));
        return names;
    }

    /** Whether it has a type, by its name with slashes. */
    boolean has(String internalName) {
        return image.entries().containsKey(internalName + ".class");
    }
}
