// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.peers.IgnitePages;
import dev.remap.peers.Neo4jPages;
import dev.remap.peers.PageCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Whose page cache, and what its JVM has to be given. */
enum PagesSide {
    REMAP("Remap, touches") {
        @Override
        PageCache open(DataFile file, Path work, long dramBytes) throws IOException {
            return new RemapPages(file, dramBytes);
        }
    },
    NEO4J("Neo4j page cache") {
        @Override
        PageCache open(DataFile file, Path work, long dramBytes) throws IOException {
            return new Neo4jPages(file.path(), dramBytes);
        }
    },
    IGNITE("Ignite page memory") {
        @Override
        PageCache open(DataFile file, Path work, long dramBytes) throws IOException {
            return new IgnitePages(file::wordAt, file.pages(), work, dramBytes);
        }

        // What its documentation asks for on Java 11 and later.
        @Override
        List<String> opened() {
            return List.of(
                    "java.base/jdk.internal.misc",
                    "java.base/sun.nio.ch",
                    "java.base/sun.reflect.generics.reflectiveObjects",
                    "java.base/java.io",
                    "java.base/java.lang",
                    "java.base/java.lang.invoke",
                    "java.base/java.math",
                    "java.base/java.net",
                    "java.base/java.nio",
                    "java.base/java.time",
                    "java.base/java.util",
                    "java.base/java.util.concurrent",
                    "java.base/java.util.concurrent.atomic",
                    "java.base/java.util.concurrent.locks",
                    "java.management/com.sun.jmx.mbeanserver",
                    "jdk.internal.jvmstat/sun.jvmstat.monitor",
                    "jdk.management/com.sun.management.internal",
                    "java.sql/java.sql");
        }
    };

    /** Where the launcher says that the peers' jars are. */
    static final String JARS = System.getProperty("dev.remap.bench.peers", "");

    private static final List<String> HEAP = List.of("-Xms512m", "-Xmx512m");

    private final String words;

    PagesSide(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    /**
     * Opens it in this JVM.
     *
     * @param work an empty folder for files of its own
     */
    abstract PageCache open(DataFile file, Path work, long dramBytes) throws IOException;

    /** Packages of the JDK that it reaches into, as {@code module/package}. */
    List<String> opened() {
        return List.of();
    }

    /** The JVM that it needs: of the same heap for all, and nobody else's jars but for the peers'. */
    ChildProgram.Jvm jvm() {
        String own = System.getProperty("java.class.path");
        if (this == REMAP) {
            return new ChildProgram.Jvm(HEAP, own);
        }
        List<String> options = new ArrayList<>(HEAP);
        options.add("--sun-misc-unsafe-memory-access=allow");
        options.addAll(opened().stream()
                .flatMap(name -> Stream.of("--add-opens", name + "=ALL-UNNAMED"))
                .toList());
        return new ChildProgram.Jvm(options, JARS + "/*:" + own);
    }
}
