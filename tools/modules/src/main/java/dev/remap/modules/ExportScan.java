// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.modules;

import dev.remap.core.module.ApiType;
import dev.remap.core.module.ClassUses;
import dev.remap.core.module.Grade;
import dev.remap.core.module.PackageGrade;
import dev.remap.export.ExportClass;
import java.io.File;
import java.io.IOException;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what the modules of Remap on a path export, and who of them uses it. */
final class ExportScan {
    private static final String PREFIX = "dev.remap";

    /** Modules whose exports carry a class, beside drivers. Those of others are for named modules of Remap only. */
    private static final Set<String> CLASSIFIED = Set.of("dev.remap", "dev.remap.core", "dev.remap.export");

    private static final String DRIVERS = "dev.remap.driver";

    private final Map<String, ModuleReference> modules = new TreeMap<>();
    private final Map<String, Map<String, byte[]>> classes = new TreeMap<>();

    /** Users of a package, by its name. */
    private final Map<String, TreeSet<String>> users = new TreeMap<>();

    private ExportScan() {}

    /** Of the path that this program runs from. */
    static List<ExportedPackage> ofThisProgram() throws IOException {
        String modulePath = System.getProperty("jdk.module.path");
        return of(modulePath == null ? System.getProperty("java.class.path") : modulePath);
    }

    /** Of jars, folders of jars and folders of classes. */
    static List<ExportedPackage> of(String path) throws IOException {
        ExportScan scan = new ExportScan();
        for (String entry : path.split(File.pathSeparator, -1)) {
            scan.find(Path.of(entry));
        }
        for (ModuleReference module : scan.modules.values()) {
            scan.read(module);
        }
        List<ExportedPackage> packages = new ArrayList<>();
        for (ModuleReference module : scan.modules.values()) {
            String name = module.descriptor().name();
            if (CLASSIFIED.contains(name) || name.equals(DRIVERS) || name.startsWith(DRIVERS + ".")) {
                scan.addPackages(module.descriptor(), packages);
            }
        }
        packages.sort((a, b) -> a.name().compareTo(b.name()));
        return packages;
    }

    private void find(Path entry) {
        try {
            for (ModuleReference module : ModuleFinder.of(entry).findAll()) {
                String name = module.descriptor().name();
                if (name.equals(PREFIX) || name.startsWith(PREFIX + ".")) {
                    modules.putIfAbsent(name, module);
                }
            }
        } catch (FindException notModules) {
            System.getLogger(ExportScan.class.getName())
                    .log(System.Logger.Level.DEBUG, "no modules: " + entry, notModules);
        }
    }

    private void read(ModuleReference module) throws IOException {
        String name = module.descriptor().name();
        Map<String, byte[]> contents = new TreeMap<>();
        try (ModuleReader reader = module.open();
                Stream<String> names = reader.list()) {
            for (String each : names.filter(file -> file.endsWith(".class")).toList()) {
                ByteBuffer bytes = reader.read(each).orElseThrow();
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(copy);
                reader.release(bytes);
                contents.put(each.substring(0, each.length() - ".class".length()), copy);
            }
        }
        classes.put(name, contents);
        contents.forEach((type, bytes) -> {
            if (!type.equals("module-info")) {
                ClassUses.of(bytes)
                        .types()
                        .forEach(used -> users.computeIfAbsent(packageOf(used), key -> new TreeSet<>())
                                .add(name));
            }
        });
    }

    private void addPackages(ModuleDescriptor module, List<ExportedPackage> packages) {
        Map<String, byte[]> contents = classes.getOrDefault(module.name(), Map.of());
        Map<String, Boolean> exported = new TreeMap<>();
        module.exports().forEach(exports -> exported.put(exports.source(), !exports.isQualified()));
        for (String name : module.packages()) {
            byte[] info = contents.get(name.replace('.', '/') + "/package-info");
            Grade grade = info == null ? null : PackageGrade.of(info);
            if (grade != null || exported.containsKey(name)) {
                packages.add(describe(module.name(), name, exported.getOrDefault(name, false), grade, contents));
            }
        }
    }

    private ExportedPackage describe(
            String module, String name, boolean unqualified, @Nullable Grade grade, Map<String, byte[]> contents) {
        List<String> types = new ArrayList<>();
        List<String> flaws = new ArrayList<>();
        boolean stable = grade != null && grade.exportClass() == ExportClass.STABLE;
        contents.forEach((file, bytes) -> {
            if (packageOf(file).equals(name) && !file.endsWith("-info")) {
                ApiType type = ApiType.parse(bytes);
                if (type.visible()) {
                    TypeLine.add(type, stable, types);
                    flaws.addAll(TypeLine.flaws(type, stable, this::isClosed));
                }
            }
        });
        TreeSet<String> consumers = new TreeSet<>(users.getOrDefault(name, new TreeSet<>()));
        consumers.remove(module);
        return new ExportedPackage(module, name, unqualified, grade, consumers, types, flaws);
    }

    /** Whether a package, by its name with slashes, is one of Remap's that is not exported to everybody. */
    private boolean isClosed(String packageName) {
        String dotted = packageName.replace('/', '.');
        return modules.values().stream()
                .map(ModuleReference::descriptor)
                .filter(module -> module.packages().contains(dotted))
                .anyMatch(module -> module.exports().stream()
                        .noneMatch(exports -> exports.source().equals(dotted) && !exports.isQualified()));
    }

    private static String packageOf(String internalName) {
        return internalName
                .substring(0, Math.max(0, internalName.lastIndexOf('/')))
                .replace('/', '.');
    }
}
