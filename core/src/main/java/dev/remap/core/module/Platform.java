// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import dev.remap.driver.grant.ExportGate;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The manager's own modules, as far as drivers could refer to them: their packages, types, and classes of export. Types are read when
 * they are first asked for. Thread-safe.
 */
final class Platform {
    static final String PREFIX = "dev.remap.";
    static final String DRIVER_API = "dev.remap.driver";
    private static final String ROOT = "dev.remap";

    private final ModuleLayer layer;
    private final Map<String, Module> byPackage = new HashMap<>();
    private final Map<String, Optional<ApiType>> types = new ConcurrentHashMap<>();
    private final Map<String, Optional<Grade>> packages = new ConcurrentHashMap<>();

    Platform(ModuleLayer layer) {
        this.layer = layer;
        for (Module module : layer.modules()) {
            module.getPackages().forEach(name -> byPackage.put(name, module));
        }
    }

    ModuleLayer layer() {
        return layer;
    }

    /** Whether a name, of a module or a package, is Remap's. */
    static boolean isReserved(String name) {
        return name.equals(ROOT) || name.startsWith(PREFIX);
    }

    /** The module that has a package, of Remap or of Java; null if there is none. */
    @Nullable
    Module moduleOf(String packageName) {
        return byPackage.get(packageName);
    }

    /** The version of the driver interface; empty if it was built without. */
    String apiVersion() {
        return layer.findModule(DRIVER_API)
                .flatMap(module -> module.getDescriptor().rawVersion())
                .orElse("");
    }

    /** A type of Remap's; null if there is none of that name. */
    @Nullable
    ApiType type(String internalName) {
        return types.computeIfAbsent(internalName, this::readType).orElse(null);
    }

    /** The class of a package; null if it has none, and is nobody's outside. */
    @Nullable
    Grade grade(String packageName) {
        return packages.computeIfAbsent(
                        packageName,
                        name -> read(name.replace('.', '/') + "/package-info")
                                .flatMap(bytes -> Optional.ofNullable(PackageGrade.of(bytes))))
                .orElse(null);
    }

    private Optional<ApiType> readType(String internalName) {
        return read(internalName).map(ApiType::parse);
    }

    private Optional<byte[]> read(String internalName) {
        Module module = byPackage.get(ApiType.packageOf(internalName));
        if (module == null) {
            return Optional.empty();
        }
        try (InputStream in = module.getResourceAsStream(internalName + ".class")) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Exports a package to a driver: each module can do that for itself only. */
    void open(String packageName, Module driver) {
        Module owner = byPackage.get(packageName);
        if (owner == null || owner.isExported(packageName, driver)) {
            return;
        }
        if (!owner.getName().equals(DRIVER_API)) {
            throw new IllegalStateException("only " + DRIVER_API + " has something to open, not " + owner);
        }
        ExportGate.open(packageName, driver);
    }
}
