// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import dev.remap.Support;

/** Opens Remap with whatever this user may do, and prints what came of it. */
final class PermissionMain {
    private PermissionMain() {}

    public static void main(String[] arguments) {
        Support support = Remap.support();
        System.out.println("support " + support.touch() + " " + support.kernelFaults() + " " + support.how());
        support.remedies().forEach(remedy -> System.out.println("remedy " + remedy));
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(8 * Pages.MIB));
                Region region = remap.create("nobodys", RegionSpec.ofSize(16 * Pages.MIB))) {
            Pages.stamp(region.segment(), 0, 4096);
            System.out.println("wrong " + Pages.wrongStamps(region.segment(), 0, 4096));
            System.out.println("works " + region.segment().get(JAVA_LONG, 0));
        } catch (RemapException e) {
            System.out.println("refused " + e.category() + " " + e.getMessage());
        }
    }
}
