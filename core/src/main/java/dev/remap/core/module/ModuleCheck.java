// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import java.lang.module.ModuleDescriptor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** What is to be said against a driver by its module declaration alone. */
record ModuleCheck(
        Platform platform, DriverImage image, Standing standing, Collection<LoadedDriver> used, Set<String> loaded) {
    private static final String PROVIDED = Platform.DRIVER_API;

    List<Offence> offences() {
        List<Offence> offences = new ArrayList<>();
        names(offences);
        requires(offences);
        services(offences);
        version(offences);
        laundering(offences);
        return offences;
    }

    private void names(List<Offence> offences) {
        ModuleDescriptor descriptor = image.descriptor();
        if (descriptor.isAutomatic() || Platform.isReserved(descriptor.name())) {
            offences.add(Offence.of(
                    "module " + descriptor.name(),
                    "",
                    "its name is reserved for modules of Remap",
                    "Name it otherwise"));
        }
        for (String name : descriptor.packages()) {
            if (platform.moduleOf(name) != null || Platform.isReserved(name)) {
                offences.add(Offence.of(
                        "package " + name,
                        "",
                        "it belongs to the manager's own modules",
                        "Name the package otherwise"));
            }
        }
        if (loaded.contains(descriptor.name())) {
            offences.add(Offence.of(
                    "module " + descriptor.name(), "", "a driver of this name is loaded", "Unload that one first"));
        }
    }

    private void requires(List<Offence> offences) {
        for (ModuleDescriptor.Requires requires : image.descriptor().requires()) {
            String name = requires.name();
            boolean optional = requires.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC);
            boolean present = platform.layer().findModule(name).isPresent() || loaded.contains(name);
            if (!present && !optional) {
                offences.add(Offence.of(
                        "module " + name,
                        "",
                        "missing: it is required, and the manager does not have it",
                        "Do without it, or load it first if it is a driver"));
            }
        }
    }

    private void services(List<Offence> offences) {
        for (ModuleDescriptor.Provides provides : image.descriptor().provides()) {
            String service = provides.service();
            int end = service.lastIndexOf('.');
            if (Platform.isReserved(service) && !service.substring(0, end).equals(PROVIDED)) {
                offences.add(Offence.of(service, "", "internal: no service for drivers", "Do not provide it"));
            }
        }
    }

    /** Below 1.0 a minor release may break; above, only a major one. */
    private void version(List<Offence> offences) {
        String built = image.apiVersion();
        String here = platform.apiVersion();
        if (built.isEmpty() || here.isEmpty() || isCompatible(built.split("\\."), here.split("\\."))) {
            return;
        }
        offences.add(new Offence(
                Platform.DRIVER_API,
                "",
                "wrong version: built against " + built + ", the manager has " + here,
                "Build the driver against " + here + ", or force it if you know that it fits",
                true));
    }

    private static boolean isCompatible(String[] built, String[] here) {
        boolean sameMajor = built[0].equals(here[0]);
        boolean sameMinor = built.length > 1 && here.length > 1 && built[1].equals(here[1]);
        return sameMajor && (!built[0].equals("0") || sameMinor);
    }

    /** What a driver with grants exports may hand them on. */
    private void laundering(List<Offence> offences) {
        for (LoadedDriver driver : used) {
            if (!standing.gplCompatible() && !driver.granted().isEmpty()) {
                offences.add(Offence.of(
                        "module " + driver.name(),
                        "",
                        "it was granted " + driver.granted() + ", and so what it exports is GPL_ONLY as well",
                        standing.remedy()));
            }
        }
    }
}
