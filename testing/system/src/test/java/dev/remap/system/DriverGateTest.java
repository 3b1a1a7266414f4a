// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in, and what the others are told: real jars, in a JVM that is set up as a manager's. */
class DriverGateTest {
    private static final String GPL = "GPL-2.0-only";
    private static final String PROPRIETARY = "LicenseRef-Acme-Proprietary";

    @TempDir
    static Path directory;

    private static Path probe = Path.of("");

    @BeforeAll
    static void addSomethingToHook() {
        probe = SampleDrivers.probe(directory);
    }

    private static GateJvm load(Object... jars) {
        GateJvm gate = GateJvm.run(List.of(GateJvm.with(probe)), "load", jars);
        System.out.println(gate.output());
        return gate;
    }

    @Test
    void aDriverUnderGplIsGrantedWhatItHooks() {
        Path jar = SampleDrivers.hook(directory, "com.acme.gpl", GPL, probe).build();
        GateJvm gate = load(jar);
        assertThat(gate.status()).as(gate.output()).isZero();
        assertThat(gate.output())
                .contains("com.acme.gpl [OE] GPL-2.0-only, compatible with GPL-2.0; granted [dev.remap.driver.probe]");
    }

    @Test
    void aDriverUnderEitherLicenceIsGrantedWhatItHooks() {
        Path jar = SampleDrivers.hook(directory, "com.acme.dual", "MIT OR GPL-2.0-only", probe)
                .build();
        GateJvm gate = load(jar);
        assertThat(gate.status()).as(gate.output()).isZero();
        assertThat(gate.output()).contains("com.acme.dual [OE]", "granted [dev.remap.driver.probe]");
    }

    @Test
    void aDriverUnderApacheHasTheLeafAndNoMore() {
        Path leaf =
                SampleDrivers.leaf(directory, "com.acme.apache", "Apache-2.0").build();
        Path hook = SampleDrivers.hook(directory, "com.acme.apachehook", "Apache-2.0", probe)
                .build();
        GateJvm gate = load(leaf, hook);
        assertThat(gate.output())
                .contains("ok com.acme.apache.jar", "Apache-2.0, not known to be compatible with GPL-2.0; granted []")
                .contains("driver com.acme.apachehook is refused: 1 offence; its licence: Apache-2.0");
    }

    @Test
    void aProprietaryDriverThatKeepsToTheLeafIsLoadedAndTaints() {
        Path jar = SampleDrivers.leaf(directory, "com.acme.secret", PROPRIETARY).build();
        GateJvm gate = load(jar);
        assertThat(gate.status()).as(gate.output()).isZero();
        assertThat(gate.output()).contains("com.acme.secret [POE]", "tainted POE");
        assertThat(gate.output()).containsPattern("P 20..-..-..T..:..:..Z com.acme.secret: " + PROPRIETARY);
    }

    @Test
    void aProprietaryDriverThatHooksIsToldEverythingThatIsAgainstIt() {
        String uses =
                "System.out.println(PROBE.Hook.pull()); new PROBE.Hooked() {}.hooked(); PROBE.Hook.chosen(); System.load(null);"
                        .replace("PROBE", SampleDrivers.PROBE);
        Path jar = SampleDrivers.leaf(directory, "com.acme.greedy", PROPRIETARY, uses, "")
                .patch(probe)
                .sees(SampleDrivers.PROBE)
                .build();
        GateJvm gate = load(jar);
        assertThat(gate.status()).isEqualTo(1);
        assertThat(gate.output())
                .contains("driver com.acme.greedy is refused: 4 offences; its licence: " + PROPRIETARY
                        + ", not known to be compatible with GPL-2.0")
                .containsPattern(
                        "[1-4]\\. dev.remap.driver.probe.Hook, used by com.acme.greedy.Leaf: GPL_ONLY since 0.1.0: hooks page"
                                + " faults. Do without it, or declare a licence compatible with GPL-2.0")
                .containsPattern("[1-4]\\. dev.remap.driver.probe.Hooked, used by com.acme.greedy.Leaf.*: GPL_ONLY")
                .containsPattern("[1-4]\\. dev.remap.driver.probe.Hook.chosen, .*: GPL_ONLY since 0.1.0: tried")
                .containsPattern("[1-4]\\. java.lang.System.load, used by .*: native access was not granted")
                .contains("tainted \n");
    }

    @Test
    void theRealHooksAreForWhoMayHaveThem() {
        String hooks = "public void hooks(dev.remap.driver.Device device) throws Exception { device.frames();"
                + " device.memremapPages(dev.remap.driver.mm.DevicePagemap.of(dev.remap.driver.mm.PagemapType.COHERENT,"
                + " dev.remap.driver.mm.PfnRange.anywhere(1)).pageFree(pfn -> {}).build()); }";
        Path free = hooking("com.acme.mirror", GPL, hooks);
        Path greedy = hooking("com.acme.copycat", PROPRIETARY, hooks);
        GateJvm gate = load(free, greedy);
        assertThat(gate.output())
                .contains(
                        "com.acme.mirror [OE] GPL-2.0-only, compatible with GPL-2.0; granted [dev.remap.driver, dev.remap.driver.mm]")
                .contains("driver com.acme.copycat is refused")
                .contains(
                        "dev.remap.driver.Device.frames, used by com.acme.copycat.Hooks: GPL_ONLY since 0.1.0: reads and writes pages of"
                                + " applications. Do without it")
                .contains("dev.remap.driver.Device.memremapPages, used by com.acme.copycat.Hooks: GPL_ONLY")
                .contains(
                        "dev.remap.driver.mm.DevicePagemap, used by com.acme.copycat.Hooks: GPL_ONLY since 0.1.0: hooks faults");
    }

    private static Path hooking(String module, String licence, String hooks) {
        return SampleDrivers.leaf(directory, module, licence)
                .source(module + ".Hooks", "public class Hooks { " + hooks + " }")
                .sees("dev.remap.driver.mm")
                .build();
    }

    @Test
    void withoutALicenceThereIsTheLeaf() {
        Path leaf = SampleDrivers.leaf(directory, "com.acme.silent", "").build();
        Path hook =
                SampleDrivers.hook(directory, "com.acme.silenthook", "", probe).build();
        GateJvm gate = load(leaf, hook);
        assertThat(gate.output()).contains("ok com.acme.silent.jar").contains("its licence: none declared");
    }

    @Test
    void whatIsForNamedModulesIsForNoOthers() {
        String use = SampleDrivers.PROBE + ".Hook.chosen();";
        Path chosen = SampleDrivers.leaf(directory, "com.acme.chosen", GPL, use, "")
                .patch(probe)
                .sees(SampleDrivers.PROBE)
                .build();
        Path other = SampleDrivers.leaf(directory, "com.acme.other", GPL, use, "")
                .patch(probe)
                .sees(SampleDrivers.PROBE)
                .build();
        GateJvm gate = load(chosen, other);
        assertThat(gate.output())
                .contains("ok com.acme.chosen.jar")
                .contains(
                        "dev.remap.driver.probe.Hook.chosen, used by com.acme.other.Leaf: GPL_ONLY since 0.1.0: tried; only for"
                                + " com.acme.chosen");
    }

    @Test
    void whatIsMissingIsListed() {
        Path more = DriverJar.of(directory, "more")
                .option("--patch-module", "dev.remap.driver=" + directory.resolve("more/src"))
                .source("dev.remap.driver.Later", "public class Later { public static void now() {} }")
                .compile();
        Path jar = SampleDrivers.leaf(directory, "com.acme.early", GPL, "dev.remap.driver.Later.now();", "")
                .patch(more)
                .build();
        GateJvm gate = load(jar);
        assertThat(gate.output())
                .contains(
                        "dev.remap.driver.Later, used by com.acme.early.Leaf: missing: there is no such type in this release");
    }

    @Test
    void namesOfRemapAreItsOwn() {
        Path module =
                SampleDrivers.leaf(directory, "dev.remap.driver.extra", GPL).build();
        Path content = DriverJar.of(directory, "com.acme.squatter")
                .declare(GPL, "exports dev.remap.core.page;")
                .source("dev.remap.core.page.Squatter", "public class Squatter {}")
                .build();
        GateJvm gate = load(module, content);
        assertThat(gate.output())
                .contains("module dev.remap.driver.extra: its name is reserved")
                .contains("package dev.remap.core.page: it belongs to the manager's own modules");
    }

    @Test
    void aDriverBuiltForAnotherReleaseIsRefusedUnlessForced() {
        Path jar = SampleDrivers.leaf(directory, "com.acme.old", GPL)
                .against("0.9.0")
                .build();
        assertThat(load(jar).output())
                .contains("dev.remap.driver: wrong version: built against 0.9.0, the manager has 0.1.0");
        assertThat(load("--force", jar).output()).contains("com.acme.old [FOE]", "F 20");
        Path hook = SampleDrivers.hook(directory, "com.acme.oldhook", PROPRIETARY, probe)
                .against("0.9.0")
                .build();
        assertThat(load("--force", hook).output()).contains("driver com.acme.oldhook is refused: 2 offences");
    }

    @Test
    void nativeCodeIsAGrantOfItsOwnAndTaints() {
        Path jar = SampleDrivers.leaf(directory, "com.acme.nativ", GPL, "System.load(\"/nowhere.so\");", "")
                .build();
        assertThat(load(jar).output())
                .contains("java.lang.System.load, used by com.acme.nativ.Leaf: native access was not granted")
                .contains("--native com.acme.nativ");
        Path quiet = SampleDrivers.leaf(
                        directory,
                        "com.acme.quiet",
                        GPL,
                        "java.lang.foreign.MemorySegment.ofAddress(4096).reinterpret(8); System.out.println(\"reinterpreted\");",
                        "")
                .build();
        assertThat(load("--native", quiet).output()).contains("reinterpreted", "com.acme.quiet [OEX]", "tainted OEX");
    }

    @Test
    void whoUsesAProprietaryDriverCountsAsOne() {
        Path secret = SampleDrivers.leaf(directory, "com.acme.vault", PROPRIETARY, "", "exports com.acme.vault; ")
                .build();
        Path front = SampleDrivers.leaf(
                        directory,
                        "com.acme.front",
                        GPL,
                        SampleDrivers.PROBE + ".Hook.pull(); new com.acme.vault.Leaf();",
                        "requires com.acme.vault; ")
                .patch(probe)
                .sees(SampleDrivers.PROBE)
                .with(secret)
                .build();
        GateJvm gate = load(secret, front);
        assertThat(gate.output())
                .contains("ok com.acme.vault.jar")
                .contains("driver com.acme.front is refused")
                .contains("but it uses com.acme.vault and counts as they do");
    }

    @Test
    void whatADriverWithGrantsExportsIsNoWayAround() {
        Path shim = SampleDrivers.leaf(
                        directory.resolve("laundering"), "com.acme.shim", GPL, "", "exports com.acme.shim; ")
                .source(
                        "com.acme.shim.Shim",
                        "public class Shim { public static String pull() { return " + SampleDrivers.PROBE
                                + ".Hook.pull(); } }")
                .patch(probe)
                .sees(SampleDrivers.PROBE)
                .build();
        Path launderer = SampleDrivers.leaf(
                        directory,
                        "com.acme.launderer",
                        PROPRIETARY,
                        "com.acme.shim.Shim.pull();",
                        "requires com.acme.shim; ")
                .with(shim)
                .build();
        Path friend = SampleDrivers.leaf(
                        directory,
                        "com.acme.friend",
                        GPL,
                        "System.out.println(\"by way of a friend: \" + com.acme.shim.Shim.pull());",
                        "requires com.acme.shim; ")
                .with(shim)
                .build();
        GateJvm gate = load(shim, launderer, friend);
        assertThat(gate.output())
                .contains("ok com.acme.shim.jar")
                .contains("driver com.acme.launderer is refused: 1 offence")
                .contains(
                        "module com.acme.shim: it was granted [dev.remap.driver.probe], and so what it exports is GPL_ONLY as well")
                .contains("by way of a friend: pulled", "ok com.acme.friend.jar");
    }

    @Test
    void whatIsUnloadedIsCollected() {
        Path jar = SampleDrivers.hook(directory, "com.acme.brief", GPL, probe).build();
        GateJvm gate = GateJvm.run(List.of(GateJvm.with(probe)), "cycle", jar, jar, jar);
        System.out.println(gate.output());
        assertThat(gate.status()).as(gate.output()).isZero();
        assertThat(gate.output().split("its layer was collected", -1)).hasSize(4);
    }

    /** Its JVM could not deny a driver native access that it takes by reflection. */
    @Test
    void aManagerFromTheCacheTakesNoDriverAndSaysHowToStartItOtherwise() {
        Path jar = SampleDrivers.leaf(directory, "com.acme.late", GPL).build();
        GateJvm gate = GateJvm.run(List.of("-Ddev.remap.manager.ungated=true"), "load", jar);

        assertThat(gate.status()).isNotZero();
        assertThat(gate.output())
                .contains("no driver can be loaded into a manager that was started from the AOT cache")
                .contains("-Ddev.remap.manager.runtime=none");
    }

    @Test
    void everyWayAroundTheGateIsClosed() {
        Path shim = SampleDrivers.leaf(
                        directory,
                        "com.acme.shim",
                        GPL,
                        "System.getProperties().put(\"shim\", new Shim());",
                        "exports com.acme.shim; ")
                .source(
                        "com.acme.shim.Shim",
                        "public class Shim { public static String pull() { return " + SampleDrivers.PROBE
                                + ".Hook.pull(); } }")
                .patch(probe)
                .sees(SampleDrivers.PROBE)
                .build();
        GateJvm gate = load(shim, IntruderDriver.build(directory, "com.acme.intruder", PROPRIETARY, "", probe));
        List<String> attempts = attempts(gate);
        assertThat(gate.output()).contains("com.acme.intruder [POE]");
        assertThat(attempts).hasSizeGreaterThan(45).allMatch(line -> line.contains(": stopped by "));
        assertThat(attempts).noneMatch(line -> line.contains("not as it was meant"));
    }

    @Test
    void theSameAttemptsSucceedWhereTheyAreAllowed() {
        String use = SampleDrivers.PROBE + ".Hook.pull();";
        GateJvm gate = load(IntruderDriver.build(directory, "com.acme.guest", GPL, use, probe));
        List<String> got = attempts(gate).stream()
                .filter(line -> line.contains("GOT IN"))
                .map(line -> line.substring(0, line.indexOf(": GOT IN")))
                .toList();
        assertThat(got)
                .contains(
                        "attempt reflection: a static method",
                        "attempt reflection: a constructor",
                        "attempt method handle: findStatic",
                        "attempt method handle: unreflect",
                        "attempt defineClass: unseen by the loader, into the own package",
                        "attempt Proxy: a default method of a closed interface");
        assertThat(got)
                .noneMatch(line -> line.contains("core")
                        || line.contains("native")
                        || line.contains("agent")
                        || line.contains("Unsafe")
                        || line.contains("internal"));
    }

    @Test
    void signaturesCountIfTheTrustStoreKnowsThem() throws Exception {
        Path keys = directory.resolve("keys.p12");
        Path trust = directory.resolve("trust.p12");
        key(keys, "known");
        key(keys, "stranger");
        Path certificate = directory.resolve("known.crt");
        DriverJar.runProgram("keytool", store(keys, "-exportcert", "-alias", "known", "-file", certificate.toString()));
        DriverJar.runProgram(
                "keytool",
                store(trust, "-importcert", "-noprompt", "-alias", "known", "-file", certificate.toString()));
        Path known = signed(keys, "com.acme.known", "known");
        Path stranger = signed(keys, "com.acme.stranger", "stranger");
        Path unsigned = SampleDrivers.leaf(directory, "com.acme.unsigned", GPL).build();

        List<String> trusting =
                List.of("-Ddev.remap.drivers.trust=" + trust, "-Ddev.remap.drivers.trust.password=changeit");
        GateJvm lenient = GateJvm.run(trusting, "load", known, stranger, unsigned);
        System.out.println(lenient.output());
        assertThat(lenient.output())
                .contains("com.acme.known [O]", "com.acme.stranger [OE]", "com.acme.unsigned [OE]")
                .contains("com.acme.stranger: signed by CN=stranger, who is not in the trust store")
                .contains("com.acme.unsigned: not signed");

        List<String> strict = new ArrayList<>(trusting);
        strict.add("-Ddev.remap.drivers.require-signed=true");
        GateJvm required = GateJvm.run(strict, "load", known, stranger, unsigned);
        assertThat(required.output())
                .contains("com.acme.known [O]")
                .contains("signed by CN=stranger, whom the trust store does not know")
                .contains("not signed, and this manager takes signed drivers only")
                .contains("tainted O\n");
        GateJvm changed = GateJvm.run(trusting, "load", tampered(known));
        assertThat(changed.output()).contains("was changed after it was signed");
    }

    private static void key(Path keys, String name) throws Exception {
        DriverJar.runProgram(
                "keytool",
                store(keys, "-genkeypair", "-alias", name, "-keyalg", "EC", "-dname", "CN=" + name, "-validity", "30"));
    }

    private static String[] store(Path keys, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-keystore", keys.toString(), "-storetype", "PKCS12", "-storepass", "changeit"));
        return all.toArray(String[]::new);
    }

    private static Path signed(Path keys, String module, String alias) throws Exception {
        Path jar = SampleDrivers.leaf(directory, module, GPL).build();
        DriverJar.runProgram(
                "jarsigner",
                "-keystore",
                keys.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                jar.toString(),
                alias);
        return jar;
    }

    /** The same jar with another class under a name that was signed. */
    private static Path tampered(Path jar) throws IOException {
        Path copy = Files.copy(jar, directory.resolve("tampered.jar"));
        try (FileSystem inside = FileSystems.newFileSystem(copy)) {
            Path victim = inside.getPath("/com/acme/known/Leaf.class");
            byte[] bytes = Files.readAllBytes(victim);
            bytes[bytes.length - 1] ^= 1;
            Files.write(victim, bytes);
        }
        return copy;
    }

    private static List<String> attempts(GateJvm gate) {
        return gate.output().lines().filter(line -> line.startsWith("attempt ")).toList();
    }
}
