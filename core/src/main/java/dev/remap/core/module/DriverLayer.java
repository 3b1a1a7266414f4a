// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Makes the module layer of one driver, from what was read of its jar. */
final class DriverLayer {
    private DriverLayer() {}

    /**
     * A layer above the manager's own and those of the drivers it uses. Nothing is opened to it yet, and nothing of it to others: what it
     * exports goes, by {@link #exportTo}, to drivers that require it, since it may hand on what others must not have.
     *
     * @throws java.lang.module.ResolutionException if a module it requires is not there
     */
    static ModuleLayer.Controller define(DriverImage image, ModuleLayer platform, List<LoadedDriver> used) {
        List<ModuleLayer> parents = new ArrayList<>(List.of(platform));
        used.forEach(driver -> parents.add(driver.layer()));
        Configuration configuration = Configuration.resolve(
                new Finder(image),
                parents.stream().map(ModuleLayer::configuration).toList(),
                ModuleFinder.of(),
                Set.of(image.name()));
        return ModuleLayer.defineModulesWithOneLoader(configuration, parents, new UsedDrivers(image.name(), used));
    }

    /** Exports a driver's packages to one that requires it. */
    static void exportTo(LoadedDriver from, Module to) {
        from.exportedTo(to.getName()).forEach(name -> from.controller().addExports(from.module(), name, to));
    }

    /** Finds types of the drivers that one uses: the module system does not, since it sees none of their packages exported. */
    private static final class UsedDrivers extends ClassLoader {
        private final Map<String, ClassLoader> byPackage = new HashMap<>();

        UsedDrivers(String name, List<LoadedDriver> used) {
            super("used by " + name, ClassLoader.getPlatformClassLoader());
            for (LoadedDriver driver : used) {
                ClassLoader loader = driver.layer().findLoader(driver.name());
                driver.exportedTo(name).forEach(each -> byPackage.put(each, loader));
            }
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            ClassLoader owner = byPackage.get(name.substring(0, Math.max(0, name.lastIndexOf('.'))));
            return owner == null ? super.loadClass(name, resolve) : owner.loadClass(name);
        }
    }

    private record Finder(DriverImage image) implements ModuleFinder {
        @Override
        public Optional<ModuleReference> find(String name) {
            return name.equals(image.name()) ? Optional.of(new Reference(image)) : Optional.empty();
        }

        @Override
        public Set<ModuleReference> findAll() {
            return Set.of(new Reference(image));
        }
    }

    private static final class Reference extends ModuleReference {
        private final DriverImage image;

        Reference(DriverImage image) {
            super(closed(image.descriptor()), image.file().toUri());
            this.image = image;
        }

        /** The same module, whose packages are exported and opened to nobody who is not named. */
        private static ModuleDescriptor closed(ModuleDescriptor given) {
            ModuleDescriptor.Builder builder = ModuleDescriptor.newModule(given.name());
            given.rawVersion().ifPresent(builder::version);
            given.requires().forEach(builder::requires);
            given.exports().stream()
                    .filter(ModuleDescriptor.Exports::isQualified)
                    .forEach(builder::exports);
            given.opens().stream().filter(ModuleDescriptor.Opens::isQualified).forEach(builder::opens);
            given.uses().forEach(builder::uses);
            given.provides().forEach(builder::provides);
            given.mainClass().ifPresent(builder::mainClass);
            return builder.packages(given.packages()).build();
        }

        @Override
        public ModuleReader open() {
            return new Reader(image);
        }
    }

    private record Reader(DriverImage image) implements ModuleReader {
        @Override
        public Optional<URI> find(String name) {
            return image.entries().containsKey(name)
                    ? Optional.of(URI.create("jar:" + image.file().toUri() + "!/" + name))
                    : Optional.empty();
        }

        @Override
        public Optional<InputStream> open(String name) {
            return Optional.ofNullable(image.entries().get(name)).map(ByteArrayInputStream::new);
        }

        @Override
        public Optional<ByteBuffer> read(String name) {
            return Optional.ofNullable(image.entries().get(name)).map(ByteBuffer::wrap);
        }

        @Override
        public Stream<String> list() {
            return image.entries().keySet().stream();
        }

        @Override
        public void close() {}
    }
}
