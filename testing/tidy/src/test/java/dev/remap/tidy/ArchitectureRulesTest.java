// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each rule rejects a bad class, which is compiled for the purpose into the package the rule is about. */
class ArchitectureRulesTest {
    private static final String ZRAM = "dev.remap.driver.zram";

    @TempDir
    Path folder;

    @Test
    void nativeCodeElsewhereIsRejected() throws IOException {
        var rule = ArchitectureRules.nativeCodeOnlyInLinux();
        assertRejected(rule, type("dev.remap.core", "Object o = java.lang.foreign.Linker.nativeLinker();"));
        assertRejected(rule, type("dev.remap.wire", "Object o = java.lang.foreign.SymbolLookup.loaderLookup();"));
        assertRejected(rule, type("dev.remap.wire", "{ System.loadLibrary(\"c\"); }"));
        assertRejected(
                rule,
                type("dev.remap.wire", "void a(java.lang.invoke.MethodHandle h) throws Throwable { h.invoke(); }"));
        assertRejected(rule, type("dev.remap.wire", "sun.misc.Unsafe unsafe;"));
        assertAccepted(
                rule,
                type("dev.remap.linux", "Object o = java.lang.foreign.Linker.nativeLinker();"),
                type("dev.remap.core", "dev.remap.linux.A linux;"));
    }

    @Test
    void aCoreThatNamesManagerApiOrDriverIsRejected() throws IOException {
        var rule = ArchitectureRules.coreNamesNeitherManagerNorApiNorADriver(ZRAM + "..");
        for (String other : List.of("dev.remap", "dev.remap.manager", ZRAM)) {
            assertRejected(rule, type("dev.remap.core.fault", other + ".A other;"), type(other, ""));
        }
        assertAccepted(rule, type("dev.remap.core", "dev.remap.driver.A other;"), type("dev.remap.driver", ""));
    }

    @Test
    void anApiThatDependsOnCoreIsRejected() throws IOException {
        var rule = ArchitectureRules.apiDependsOnlyOnWireAndLinux();
        assertRejected(rule, type("dev.remap", "dev.remap.core.A core;"), type("dev.remap.core", ""));
        assertAccepted(rule, type("dev.remap", "dev.remap.wire.A[] wire; byte[] b;"), type("dev.remap.wire", ""));
    }

    @Test
    void aDriverThatDependsOnCoreOrAnotherDriverIsRejected() throws IOException {
        var rule = ArchitectureRules.aDriverDependsNeitherOnCoreNorOnAnotherDriver(ZRAM + "..");
        for (String other : List.of("dev.remap.core", "dev.remap.driver.file")) {
            assertRejected(rule, type(ZRAM, other + ".A other;"), type(other, ""));
        }
        assertAccepted(rule, type(ZRAM, "dev.remap.driver.A spi; String s;"), type("dev.remap.driver", ""));
    }

    private record Type(String packageName, String body) {}

    private static Type type(String packageName, String body) {
        return new Type(packageName, body);
    }

    private void assertRejected(ArchRule rule, Type... types) throws IOException {
        assertThat(rule.evaluate(compile(types)).hasViolation()).isTrue();
    }

    private void assertAccepted(ArchRule rule, Type... types) throws IOException {
        assertThat(rule.evaluate(compile(types)).hasViolation()).isFalse();
    }

    /** Compiles each type as a public class A in its package. */
    private JavaClasses compile(Type... types) throws IOException {
        Path root = Files.createTempDirectory(folder, "example");
        for (Type type : types) {
            Path source = root.resolve(type.packageName.replace('.', '/')).resolve("A.java");
            Files.createDirectories(source.getParent());
            Files.writeString(source, "package " + type.packageName + "; public class A { " + type.body + " }");
        }
        try (Stream<Path> files = Files.walk(root)) {
            String[] arguments = Stream.concat(
                            Stream.of("-proc:none", "-nowarn", "-classpath", root.toString()),
                            files.map(Path::toString).filter(name -> name.endsWith(".java")))
                    .toArray(String[]::new);
            var messages = new ByteArrayOutputStream();
            int result = ToolProvider.getSystemJavaCompiler().run(null, null, messages, arguments);
            assertThat(result).as(messages.toString(StandardCharsets.UTF_8)).isZero();
        }
        return new ClassFileImporter().importPath(root);
    }
}
