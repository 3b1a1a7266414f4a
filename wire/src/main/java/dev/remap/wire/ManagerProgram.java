// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import java.io.File;
import java.io.IOException;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The manager's program as modules: its own, those of Remap's drivers, the libraries they need, of Java what they need, and nothing else. A
 * path may hold more, an application's class path for instance; what is not named here the manager's JVM does not see.
 *
 * <p>Drivers of others that lie on the path are not part of the program: jars with a module descriptor are named to the manager, which
 * checks them before it loads them. Without a descriptor they stay on the class path, where they see what is open to everybody.
 */
final class ManagerProgram {
    private static final System.Logger LOG = System.getLogger(ManagerProgram.class.getName());
    private static final String PREFIX = "dev.remap.";
    private static final String SERVICES = "META-INF/services/" + PREFIX + "driver.";

    /** Beside what the modules require: the log's format is another one without it. */
    private static final List<String> JAVA_MODULES = List.of("java.base", "java.logging");

    private final Map<String, ModuleReference> found = new LinkedHashMap<>();
    private final Map<String, ModuleReference> chosen = new TreeMap<>();
    private final Set<String> java = new TreeSet<>(JAVA_MODULES);
    private final List<Path> unread = new ArrayList<>();
    private final Set<String> classPath = new LinkedHashSet<>();
    private final Set<String> others = new LinkedHashSet<>();

    private ManagerProgram() {}

    /**
     * The arguments of {@code java} for a path of jars, folders of jars and folders of classes; empty if the modules are not all there,
     * or the path is not fit for modules.
     *
     * @param main the module and its main class, with a slash between
     */
    static Optional<List<String>> of(String path, String main) {
        ManagerProgram program = new ManagerProgram();
        try {
            for (String entry : path.split(File.pathSeparator, -1)) {
                program.add(Path.of(entry));
            }
            return program.choose(main.substring(0, main.indexOf('/')))
                    ? Optional.of(program.arguments(main))
                    : Optional.empty();
        } catch (FindException | IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "no modules to start a manager from", e);
            return Optional.empty();
        }
    }

    /** Jars that are nobody's guess are read when something is missing. */
    private void add(Path entry) throws IOException {
        if (!Files.isDirectory(entry)) {
            addJar(entry);
            return;
        }
        if (Files.exists(entry.resolve("module-info.class"))) {
            read(entry);
            return;
        }
        try (Stream<Path> files = Files.list(entry)) {
            for (Path file : files.sorted().toList()) {
                addJar(file);
            }
        }
        if (hasServices(entry)) {
            classPath.add(entry.toString());
        }
    }

    private static boolean hasServices(Path folder) throws IOException {
        Path services = folder.resolve("META-INF/services");
        if (!Files.isDirectory(services)) {
            return false;
        }
        try (Stream<Path> files = Files.list(services)) {
            return files.anyMatch(file -> String.valueOf(file.getFileName()).startsWith(PREFIX + "driver."));
        }
    }

    private void addJar(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        if (!name.endsWith(".jar") || !Files.isRegularFile(file)) {
            return;
        }
        if (name.startsWith("remap-")) {
            read(file);
        } else if (hasServicesInside(file)) {
            read(file);
            boolean automatic = found.values().stream()
                    .anyMatch(
                            module -> isAt(module, file) && module.descriptor().isAutomatic());
            (automatic ? classPath : others).add(file.toString());
        } else {
            unread.add(file);
        }
    }

    private static boolean hasServicesInside(Path file) throws IOException {
        try (JarFile jar = new JarFile(file.toFile(), false)) {
            return jar.stream().anyMatch(entry -> entry.getName().startsWith(SERVICES));
        }
    }

    private static boolean isAt(ModuleReference module, Path file) {
        return module.location().filter(file.toUri()::equals).isPresent();
    }

    private void read(Path entry) {
        try {
            for (ModuleReference module : ModuleFinder.of(entry).findAll()) {
                found.putIfAbsent(module.descriptor().name(), module);
            }
        } catch (FindException e) {
            LOG.log(System.Logger.Level.DEBUG, "no module: " + entry, e);
        }
    }

    private boolean choose(String root) {
        if (!require(root)) {
            return false;
        }
        boolean grown = true;
        while (grown) {
            grown = false;
            for (String provider : providers()) {
                if (!require(provider)) {
                    return false;
                }
                grown = true;
            }
        }
        others.removeIf(file -> chosen.values().stream().anyMatch(module -> isAt(module, Path.of(file))));
        return true;
    }

    /** Remap's own modules that provide what chosen ones use. */
    private List<String> providers() {
        Set<String> used = new TreeSet<>();
        chosen.values().forEach(module -> used.addAll(module.descriptor().uses()));
        return found.values().stream()
                .map(ModuleReference::descriptor)
                .filter(module -> module.name().startsWith(PREFIX) && !chosen.containsKey(module.name()))
                .filter(module -> module.provides().stream().anyMatch(each -> used.contains(each.service())))
                .map(ModuleDescriptor::name)
                .toList();
    }

    private boolean require(String name) {
        if (chosen.containsKey(name)) {
            return true;
        }
        if (ModuleFinder.ofSystem().find(name).isPresent()) {
            java.add(name);
            return true;
        }
        ModuleReference module = find(name);
        if (module == null) {
            LOG.log(System.Logger.Level.DEBUG, "module {0} is not on the path", name);
            return false;
        }
        chosen.put(name, module);
        return module.descriptor().requires().stream()
                .filter(requires -> !requires.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                .allMatch(requires -> require(requires.name()));
    }

    private @Nullable ModuleReference find(String name) {
        while (!found.containsKey(name) && !unread.isEmpty()) {
            read(unread.removeFirst());
        }
        return found.get(name);
    }

    /** The modules of the program in a path that is fit for it; empty if they are not all there. */
    static Optional<ManagerJvm.Modules> modules(String path, String root) {
        ManagerProgram program = new ManagerProgram();
        try {
            for (String entry : path.split(File.pathSeparator, -1)) {
                program.add(Path.of(entry));
            }
            return program.choose(root) ? Optional.of(program.modules()) : Optional.empty();
        } catch (FindException | IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "no modules of a manager", e);
            return Optional.empty();
        }
    }

    private ManagerJvm.Modules modules() {
        Map<String, Path> jars = new LinkedHashMap<>();
        chosen.forEach(
                (name, module) -> jars.put(name, Path.of(module.location().orElseThrow())));
        return new ManagerJvm.Modules(jars, List.copyOf(java));
    }

    private List<String> arguments(String main) {
        List<String> path = new ArrayList<>();
        Set<String> visible = new TreeSet<>(JAVA_MODULES);
        chosen.forEach((name, module) -> {
            path.add(Path.of(module.location().orElseThrow()).toString());
            visible.add(name);
        });
        String modules = String.join(",", chosen.keySet());
        List<String> arguments = new ArrayList<>();
        arguments.add("--module-path=" + String.join(File.pathSeparator, path));
        arguments.add("--limit-modules=" + String.join(",", visible));
        arguments.add("--add-modules=" + modules);
        arguments.add("--enable-native-access=" + modules);
        arguments.add("--illegal-native-access=deny");
        if (!others.isEmpty()) {
            arguments.add("-D" + ManagerJvm.DRIVER_JARS_PROPERTY + "=" + String.join(File.pathSeparator, others));
        }
        if (!classPath.isEmpty()) {
            arguments.addAll(List.of("-cp", String.join(File.pathSeparator, classPath)));
        }
        arguments.addAll(List.of("-m", main));
        return arguments;
    }
}
