// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.module.DriverPolicy;
import dev.remap.core.module.TrustStore;
import dev.remap.wire.ManagerJvm;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What was configured about drivers, by system properties of the process that started the manager.
 *
 * @param jars to be loaded at the start, in this order
 */
record DriverSettings(DriverPolicy policy, List<Path> jars) {
    private static final System.Logger LOG = System.getLogger(DriverSettings.class.getName());

    /** A folder of drivers; its jars are loaded by their names' order. */
    private static final String FOLDER = ManagerJvm.DRIVERS_PREFIX + "folder";

    /** A PKCS12 or JKS file. */
    private static final String TRUST = ManagerJvm.DRIVERS_PREFIX + "trust";

    private static final String TRUST_PASSWORD = ManagerJvm.DRIVERS_PREFIX + "trust.password";
    private static final String REQUIRE_SIGNED = ManagerJvm.DRIVERS_PREFIX + "require-signed";

    /** Names of modules that may use native code, separated by commas. */
    private static final String NATIVE = ManagerJvm.DRIVERS_PREFIX + "native";

    static DriverSettings none() {
        return new DriverSettings(DriverPolicy.defaults(), List.of());
    }

    /** A trust store that cannot be read is nobody's: no signature counts then. */
    static DriverSettings ofProperties() {
        Set<String> nativeModules =
                new TreeSet<>(List.of(System.getProperty(NATIVE, "").split(",")));
        nativeModules.remove("");
        boolean requireSigned = Boolean.getBoolean(REQUIRE_SIGNED);
        return new DriverSettings(new DriverPolicy(trust(), requireSigned, nativeModules), jarsOfProperties());
    }

    private static TrustStore trust() {
        String file = System.getProperty(TRUST);
        if (file == null) {
            return DriverPolicy.defaults().trust();
        }
        try {
            return TrustStore.of(Path.of(file), System.getProperty(TRUST_PASSWORD, "changeit"));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "no signature counts: " + e.getMessage());
            return DriverPolicy.defaults().trust();
        }
    }

    private static List<Path> jarsOfProperties() {
        List<Path> jars = new ArrayList<>();
        for (String jar :
                System.getProperty(ManagerJvm.DRIVER_JARS_PROPERTY, "").split(File.pathSeparator, -1)) {
            if (!jar.isEmpty()) {
                jars.add(Path.of(jar));
            }
        }
        String folder = System.getProperty(FOLDER);
        if (folder != null) {
            try (Stream<Path> files = Files.list(Path.of(folder))) {
                files.filter(file -> file.toString().endsWith(".jar")).sorted().forEach(jars::add);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.ERROR, "the folder of drivers cannot be read: " + e.getMessage());
            }
        }
        return jars;
    }
}
