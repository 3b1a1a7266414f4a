// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import java.nio.file.Path;

/** Drivers of people who do not exist. */
final class SampleDrivers {
    /** A package that a test adds to the driver interface, of class GPL_ONLY. */
    static final String PROBE = "dev.remap.driver.probe";

    private static final String LEAF = """
            import dev.remap.driver.*;
            import java.lang.foreign.MemorySegment;
            import java.util.concurrent.ConcurrentHashMap;
            public final class Leaf implements Driver, TierOps {
                public String name() { return "TIER"; }
                public java.util.List<String> devices() { return java.util.List.of("TIER0"); }
                public void probe(Device device) { device.provideTiers(this); }
                public TierFacts facts() { return new TierFacts(1000, 1L << 30, false, false, false); }
                public Tier openTier(TierContext context) { return new Store(); }
                public Leaf() { CONSTRUCTOR }
                static final class Store implements SegmentTier, SegmentTier.SegmentFetcher {
                    private final ConcurrentHashMap<Long, byte[]> pages = new ConcurrentHashMap<>();
                    public long store(long page, MemorySegment source) {
                        pages.put(page, source.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
                        return page;
                    }
                    public long fetch(long page, long location, MemorySegment target) {
                        byte[] bytes = pages.get(location);
                        if (bytes == null) return CORRUPT;
                        target.copyFrom(MemorySegment.ofArray(bytes));
                        return 0;
                    }
                    public void free(long location) { pages.remove(location); }
                    public SegmentFetcher newFetcher() { return this; }
                    public long compact(long budgetNs) { return 0; }
                    public TierUsage usage() { return new TierUsage(pages.size(), 4096L * pages.size(), 4096L * pages.size(), 0, 0); }
                    public void close() { pages.clear(); }
                }
            }
            """;
    static final String PROVIDES = "provides dev.remap.driver.Driver with ";

    private SampleDrivers() {}

    /** A package that hooks something, to be added to the driver interface. */
    static Path probe(Path directory) {
        return DriverJar.of(directory, "probe")
                .option("--patch-module", "dev.remap.driver=" + directory.resolve("probe/src"))
                .source(PROBE + ".package-info", "")
                .source(PROBE + ".Hook", """
                        import dev.remap.export.*;
                        public class Hook {
                            public Hook() {}
                            public static String pull() { return "pulled"; }
                            @Exported(value = ExportClass.GPL_ONLY, since = "0.1.0", reason = "tried", modules = "com.acme.chosen")
                            public static String chosen() { return "chosen"; }
                            static String internal() { return "internal"; }
                        }
                        """)
                .source(
                        PROBE + ".Hooked",
                        "public interface Hooked { default String hooked() { return Hook.pull(); } }")
                .rewrite(
                        PROBE + ".package-info",
                        "@dev.remap.export.Exported(value = dev.remap.export.ExportClass.GPL_ONLY, since = \"0.1.0\", reason = \"hooks page"
                                + " faults\")\npackage " + PROBE + ";")
                .compile();
    }

    /** A tier of the leaf, whose constructor does something first. */
    static DriverJar leaf(Path directory, String module, String licence, String constructor, String directives) {
        String tier = module.substring(module.lastIndexOf('.') + 1);
        return DriverJar.of(directory, module)
                .declare(licence, directives + PROVIDES + module + ".Leaf;")
                .source(module + ".Leaf", LEAF.replace("TIER", tier).replace("CONSTRUCTOR", constructor));
    }

    static DriverJar leaf(Path directory, String module, String licence) {
        return leaf(directory, module, licence, "", "");
    }

    /** The same with a hook. */
    static DriverJar hook(Path directory, String module, String licence, Path probe) {
        return leaf(directory, module, licence, PROBE + ".Hook.pull(); new " + PROBE + ".Hook();", "")
                .patch(probe)
                .sees(PROBE);
    }
}
