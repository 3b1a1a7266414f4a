// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
/** The only native code of Remap: Linux system calls, one class a kernel facility. */
module dev.remap.linux {
    requires static transitive org.jspecify;

    exports dev.remap.linux;

    uses dev.remap.linux.CallInterceptor;
}
