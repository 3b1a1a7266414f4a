// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.tidy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which modules use and which test each method of the driver interface, by what built classes call. Overloads are one method. Tests are
 * what is in {@code testing} or in test classes; there, to implement a method is to test it as well: somebody is made to call it. So is
 * calling an implementation, and, of records, making one. Annotations have no methods in this sense: the loader of drivers reads them in
 * class files.
 */
final class SpiConsumers {
    private static final String SPI = "driver-api";
    private static final String TESTING = "testing/";
    private static final Set<String> OF_EVERY_OBJECT = Set.of("equals", "hashCode", "toString");
    private static final Set<String> OF_EVERY_ENUM = Set.of("values", "valueOf");

    private final JavaClasses classes;
    private final List<Place> places;

    private SpiConsumers(JavaClasses classes, List<Place> places) {
        this.classes = classes;
        this.places = places;
    }

    /** A folder of class files. */
    private record Place(String module, String uri, boolean isTest) {}

    /** The modules that use and that test one method. */
    record Row(String method, Set<String> consumers, Set<String> tests) {
        String line() {
            return "| `" + method + "` | " + String.join(", ", consumers) + " | " + String.join(", ", tests) + " |";
        }
    }

    /** Reads what has been built of the modules that these tests depend on. */
    static SpiConsumers read(SourceTree tree) {
        List<Place> places = new ArrayList<>();
        List<Path> folders = new ArrayList<>();
        for (SourceFile pom : tree.files(file -> file.isPom() && isOnClassPath(tree, file))) {
            for (String kind : List.of("classes", "test-classes")) {
                Path folder =
                        tree.root().resolve(pom.module()).resolve("target").resolve(kind);
                if (Files.isDirectory(folder)) {
                    boolean isTest = kind.equals("test-classes") || pom.module().startsWith(TESTING);
                    places.add(new Place(pom.module(), folder.toUri().toString(), isTest));
                    folders.add(folder);
                }
            }
        }
        return new SpiConsumers(new ClassFileImporter().importPaths(folders), places);
    }

    /** So that the table is the same whatever else has been built. */
    private static boolean isOnClassPath(SourceTree tree, SourceFile pom) {
        String built = tree.root().resolve(pom.module()).resolve("target").toString();
        return System.getProperty("java.class.path").contains(built + "/");
    }

    /** By name. */
    List<Row> rows() {
        Map<String, Row> rows = new TreeMap<>();
        for (JavaClass type : classes) {
            if (isSpi(type)) {
                methods(type).forEach(method -> add(rows, method));
            }
        }
        return List.copyOf(rows.values());
    }

    private boolean isSpi(JavaClass type) {
        Place place = place(type);
        boolean isPublic = type.getModifiers().contains(JavaModifier.PUBLIC);
        return place != null && place.module().equals(SPI) && !place.isTest() && isPublic && !type.isAnnotation();
    }

    private static Stream<JavaMethod> methods(JavaClass type) {
        return type.getMethods().stream()
                .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(method -> !method.getModifiers().contains(JavaModifier.SYNTHETIC))
                .filter(method -> !OF_EVERY_OBJECT.contains(method.getName()))
                .filter(method -> !(type.isEnum() && OF_EVERY_ENUM.contains(method.getName())));
    }

    private void add(Map<String, Row> rows, JavaMethod method) {
        String owner = method.getOwner().getName();
        String name = owner.substring(owner.lastIndexOf('.') + 1).replace('$', '.') + "." + method.getName();
        Row row = rows.computeIfAbsent(name, key -> new Row(key, new TreeSet<>(), new TreeSet<>()));
        method.getAccessesToSelf().forEach(access -> addUser(row, access.getOriginOwner()));
        if (method.getOwner().isRecord()) {
            method.getOwner().getConstructors().stream()
                    .flatMap(constructor -> constructor.getAccessesToSelf().stream())
                    .forEach(access -> addTest(row, access.getOriginOwner()));
        }
        method.getOwner().getAllSubclasses().stream()
                .flatMap(type -> type.getMethods().stream())
                .filter(candidate -> overrides(candidate, method))
                .forEach(candidate -> addTests(row, candidate));
    }

    private void addTests(Row row, JavaMethod implementation) {
        addTest(row, implementation.getOwner());
        implementation.getAccessesToSelf().forEach(access -> addTest(row, access.getOriginOwner()));
    }

    private void addTest(Row row, JavaClass user) {
        Place place = place(user);
        if (place != null && place.isTest()) {
            row.tests().add(place.module());
        }
    }

    private void addUser(Row row, JavaClass user) {
        Place place = place(user);
        if (place != null && place.isTest()) {
            row.tests().add(place.module());
        } else if (place != null && !place.module().equals(SPI)) {
            row.consumers().add(place.module());
        }
    }

    private static boolean overrides(JavaMethod candidate, JavaMethod method) {
        return candidate.getName().equals(method.getName())
                && candidate.getRawParameterTypes().equals(method.getRawParameterTypes());
    }

    private @Nullable Place place(JavaClass type) {
        String uri = type.getSource().map(source -> source.getUri().toString()).orElse("");
        return places.stream()
                .filter(place -> uri.startsWith(place.uri()))
                .findFirst()
                .orElse(null);
    }
}
