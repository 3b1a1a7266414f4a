// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import java.util.ArrayList;
import java.util.List;

/** A mounted hierarchy that can hold the memory controller. {@code root} is the group that is seen at {@code mountPoint}. */
record CgroupMount(int version, String root, String mountPoint) {

    /**
     * From {@code /proc/self/mountinfo}, one mount a line: {@code id parent major:minor root mountPoint options [optional...] -
     * type source superOptions}.
     */
    static List<CgroupMount> parse(String mountinfo) {
        List<CgroupMount> mounts = new ArrayList<>();
        for (String line : mountinfo.lines().toList()) {
            int separator = line.indexOf(" - ");
            String[] mount = line.split(" ", -1);
            if (separator > 0 && mount.length > 5) {
                int version = version(line.substring(separator + 3).split(" ", -1));
                if (version > 0) {
                    mounts.add(new CgroupMount(version, unescape(mount[3]), unescape(mount[4])));
                }
            }
        }
        return mounts;
    }

    private static int version(String[] type) {
        if (type[0].equals("cgroup2")) {
            return 2;
        }
        boolean memory = type[0].equals("cgroup")
                && type.length > 2
                && List.of(type[2].split(",", -1)).contains("memory");
        return memory ? 1 : 0;
    }

    /** Undoes the kernel's octal escapes of space, tab, newline and backslash. */
    private static String unescape(String field) {
        return field.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
