// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.InvalidModuleDescriptorException;
import java.lang.module.ModuleDescriptor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/**
 * A driver's jar as it was read, once: what is checked is what is loaded, whatever happens to the file meanwhile. Entries for other
 * releases of Java ({@code META-INF/versions}) are no part of it. Immutable; takes as much heap as the jar's contents.
 *
 * @param entries contents by name
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record DriverImage(
        Path file,
        ModuleDescriptor descriptor,
        Declaration declaration,
        Signature signature,
        String apiVersion,
        Map<String, byte[]> entries) {
    /** The most that a jar may hold once unpacked: the manager's heap is small. */
    static final long MAX_BYTES = 16L << 20;

    private static final String MODULE_INFO = "module-info.class";
    private static final String CLASS = ".class";

    /**
     * Reads and verifies a jar.
     *
     * @throws IOException if it cannot be read, is no module, is too large, or was changed after it was signed; the message says what to do
     */
    static DriverImage read(Path file, TrustStore trust) throws IOException {
        try (JarFile jar = new JarFile(file.toFile(), true)) {
            Map<String, byte[]> entries = new TreeMap<>();
            List<CodeSigner> signers = readAll(file, jar, entries);
            byte[] moduleInfo = entries.get(MODULE_INFO);
            if (moduleInfo == null) {
                throw new IOException(file + " has no module-info.class: a driver is a named module");
            }
            ModuleDescriptor descriptor = ModuleDescriptor.read(ByteBuffer.wrap(moduleInfo), () -> packages(entries));
            return new DriverImage(
                    file,
                    descriptor,
                    Declaration.of(moduleInfo),
                    Signature.of(signers, trust),
                    apiVersion(descriptor),
                    entries);
        } catch (SecurityException e) {
            throw new IOException(file + " was changed after it was signed: " + e.getMessage(), e);
        } catch (InvalidModuleDescriptorException | IllegalArgumentException e) {
            throw new IOException(file + " is no module: " + e.getMessage(), e);
        }
    }

    /** Fills in the entries; answers who has signed all of them. */
    private static List<CodeSigner> readAll(Path file, JarFile jar, Map<String, byte[]> entries) throws IOException {
        long bytes = 0;
        Set<CodeSigner> signers = null;
        for (Enumeration<JarEntry> all = jar.entries(); all.hasMoreElements(); ) {
            JarEntry entry = all.nextElement();
            if (entry.isDirectory() || entry.getName().startsWith("META-INF/versions/")) {
                continue;
            }
            byte[] contents = read(jar, entry, MAX_BYTES - bytes);
            bytes += contents.length;
            if (bytes >= MAX_BYTES) {
                throw new IOException(file + " holds more than " + (MAX_BYTES >> 20) + " MiB");
            }
            entries.put(entry.getName(), contents);
            if (!entry.getName().startsWith("META-INF/")) {
                signers = common(signers, entry.getCodeSigners());
            }
        }
        return signers == null ? List.of() : List.copyOf(signers);
    }

    /** Signers are known once an entry has been read to its end. */
    private static byte[] read(JarFile jar, JarEntry entry, long atMost) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            return in.readNBytes((int) atMost);
        }
    }

    private static Set<CodeSigner> common(@Nullable Set<CodeSigner> before, CodeSigner @Nullable [] signers) {
        Set<CodeSigner> here = signers == null ? Set.of() : Set.copyOf(Arrays.asList(signers));
        if (before == null) {
            return here;
        }
        Set<CodeSigner> both = new HashSet<>(before);
        both.retainAll(here);
        return both;
    }

    private static Set<String> packages(Map<String, byte[]> entries) {
        Set<String> packages = new HashSet<>();
        for (String name : entries.keySet()) {
            int end = name.lastIndexOf('/');
            if (name.endsWith(CLASS) && end > 0 && !name.startsWith("META-INF/")) {
                packages.add(name.substring(0, end).replace('/', '.'));
            }
        }
        return packages;
    }

    /** What its compiler noted of the driver interface's version; empty if nothing. */
    private static String apiVersion(ModuleDescriptor descriptor) {
        return descriptor.requires().stream()
                .filter(requires -> requires.name().equals(Platform.DRIVER_API))
                .findFirst()
                .flatMap(ModuleDescriptor.Requires::rawCompiledVersion)
                .orElse("");
    }

    String name() {
        return descriptor.name();
    }

    /** The contents of its class files, without the module's own. */
    List<byte[]> classes() {
        return entries.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(CLASS)
                        && !entry.getKey().equals(MODULE_INFO)
                        && !entry.getKey().startsWith("META-INF/"))
                .map(Map.Entry::getValue)
                .toList();
    }
}
