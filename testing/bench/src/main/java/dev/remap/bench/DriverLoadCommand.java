// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_STATIC;

import dev.remap.wire.ManagerJvm;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.ModuleAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.constant.ModuleDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code remap bench driver-load}. */
@Command(
        name = "driver-load",
        usageHelpWidth = 100,
        description = {
            "What it costs to load a driver: a jar of 1 MiB that does not compress is read, checked, loaded and"
                    + " unloaded again and again, in a JVM that is set up as a manager's.",
            "The first line is that JVM's first driver ever, and has the JVM load what checks drivers."
        })
final class DriverLoadCommand implements Callable<Integer> {
    private static final ClassDesc DRIVER = ClassDesc.of("dev.remap.driver.Driver");
    private static final ClassDesc DEVICE = ClassDesc.of("dev.remap.driver.Device");
    private static final ClassDesc LEAF = ClassDesc.of("bench.sample.Leaf");
    private static final int CLASSES = 128;
    private static final int METHODS = 64;
    private static final int LETTERS = 110;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    @Option(names = "--times", defaultValue = "10", description = "how often (default: ${DEFAULT-VALUE})")
    private int times;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path jar = Files.createTempFile("remap-bench-driver", ".jar");
        try {
            write(jar);
            System.out.println("a driver of " + Files.size(jar) / 1024 + " KiB, " + (CLASSES + 1) + " classes");
            String[] command = new String[times + 1];
            command[0] = "cycle";
            Arrays.fill(command, 1, command.length, jar.toString());
            return ManagerJvm.startTool("DriverMain", List.of(command)).waitFor();
        } finally {
            Files.delete(jar);
        }
    }

    private static void write(Path jar) throws IOException {
        Random random = new Random(42);
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            put(out, "module-info.class", module());
            put(out, "bench/sample/Leaf.class", leaf());
            for (int i = 0; i < CLASSES; i++) {
                put(out, "bench/sample/Part" + i + ".class", part(i, random));
            }
        }
    }

    private static void put(JarOutputStream out, String name, byte[] bytes) throws IOException {
        out.putNextEntry(new JarEntry(name));
        out.write(bytes);
        out.closeEntry();
    }

    private static byte[] module() {
        return ClassFile.of().buildModule(ModuleAttribute.of(ModuleDesc.of("bench.sample"), module -> {
            module.requires(ModuleDesc.of("java.base"), ClassFile.ACC_MANDATED, null);
            module.requires(ModuleDesc.of("dev.remap.driver"), 0, null);
            module.provides(DRIVER, LEAF);
        }));
    }

    /** A driver of the leaf that does nothing. */
    private static byte[] leaf() {
        return ClassFile.of()
                .build(
                        LEAF,
                        builder -> builder.withFlags(ACC_PUBLIC)
                                .withInterfaceSymbols(DRIVER)
                                .withMethodBody(
                                        ConstantDescs.INIT_NAME,
                                        ConstantDescs.MTD_void,
                                        ACC_PUBLIC,
                                        code -> code.aload(0)
                                                .invokespecial(
                                                        ConstantDescs.CD_Object,
                                                        ConstantDescs.INIT_NAME,
                                                        ConstantDescs.MTD_void)
                                                .return_())
                                .withMethodBody(
                                        "name",
                                        MethodTypeDesc.of(ConstantDescs.CD_String),
                                        ACC_PUBLIC,
                                        code -> code.loadConstant("sample").areturn())
                                .withMethodBody(
                                        "probe",
                                        MethodTypeDesc.of(ConstantDescs.CD_void, DEVICE),
                                        ACC_PUBLIC,
                                        code -> code.aload(1)
                                                .invokeinterface(
                                                        DEVICE, "name", MethodTypeDesc.of(ConstantDescs.CD_String))
                                                .pop()
                                                .return_()));
    }

    /** Methods that each use the driver interface and hold a text that does not compress. */
    private static byte[] part(int number, Random random) {
        return ClassFile.of().build(ClassDesc.of("bench.sample.Part" + number), builder -> {
            for (int i = 0; i < METHODS; i++) {
                String text = text(random);
                builder.withMethodBody(
                        "method" + i,
                        MethodTypeDesc.of(ConstantDescs.CD_String, DEVICE),
                        ACC_PUBLIC | ACC_STATIC,
                        code -> code.aload(0)
                                .invokeinterface(DEVICE, "options", MethodTypeDesc.of(ConstantDescs.CD_String))
                                .pop()
                                .loadConstant(text)
                                .areturn());
            }
        });
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        Collections.nCopies(LETTERS, 0).forEach(_ -> text.append((char) (1 + random.nextInt(127))));
        return text.toString();
    }
}
