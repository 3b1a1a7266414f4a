// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import java.nio.file.Path;

/** A driver that names nothing it must not, and once loaded tries every way around the gate that its author knows. */
final class IntruderDriver {
    private static final String SPY =
            "public class Spy { public static String pull() { return dev.remap.driver.probe.Hook.pull(); } }";

    /** Each attempt either throws, or answers what it got. */
    private static final String SOURCE = """
            import java.io.*;
            import java.lang.invoke.*;
            import java.lang.module.*;
            import java.lang.reflect.*;
            import java.nio.charset.StandardCharsets;
            import java.util.*;
                        public final class Attempts {
                static final String HOOK = "dev.remap.driver.probe.Hook";
                static final ClassLoader APP = dev.remap.driver.DriverModule.class.getClassLoader();
                static final Module API = dev.remap.driver.DriverModule.class.getModule();

                static void tryAll() {
                    attempt("reflection: a static method", () -> hook().getMethod("pull").invoke(null));
                    attempt("reflection: a constructor", () -> hook().getConstructor().newInstance());
                    attempt("reflection: a constructor of the core", () -> Class.forName("dev.remap.core.page.RegionTable", true, APP)
                            .getDeclaredConstructors()[0].newInstance());
                    attempt("reflection: main of the manager", () -> Class.forName("dev.remap.manager.DriverMain", true, APP)
                            .getMethod("main", String[].class).invoke(null, (Object) new String[0]));
                    attempt("reflection: system calls", () -> Class.forName("dev.remap.linux.Errno", true, APP)
                            .getMethod("name", long.class).invoke(null, -1L));
                    attempt("reflection: starting a manager", () -> Class.forName("dev.remap.wire.ManagerJvm", true, APP)
                            .getMethod("program").invoke(null));
                    attempt("reflection: the loader itself", () -> Class.forName("dev.remap.core.module.DriverPolicy", true, APP)
                            .getMethod("defaults").invoke(null));
                    attempt("reflection: the gate", () -> Class.forName("dev.remap.driver.grant.ExportGate", true, APP)
                            .getMethod("open", String.class, Module.class).invoke(null, "dev.remap.driver.probe", own()));
                    attempt("reflection: page frames", () -> Class.forName("dev.remap.driver.mm.PfnRange", true, APP)
                            .getMethod("anywhere", long.class).invoke(null, 1L));
                    attempt("reflection: a hook without naming it", () -> Class.forName("dev.remap.driver.mm.DevicePagemap", true, APP)
                            .getMethods()[0].invoke(null));
                    attempt("reflection by reflection", () -> Method.class.getMethod("invoke", Object.class, Object[].class)
                            .invoke(hook().getMethod("pull"), null, new Object[0]));
                    attempt("setAccessible: a public method", () -> {
                        Method pull = hook().getMethod("pull");
                        pull.setAccessible(true);
                        return pull.invoke(null);
                    });
                    attempt("setAccessible: an internal method", () -> {
                        Method internal = hook().getDeclaredMethod("internal");
                        internal.setAccessible(true);
                        return internal.invoke(null);
                    });
                    attempt("setAccessible: AccessibleObject.override", () -> {
                        Field override = AccessibleObject.class.getDeclaredField("override");
                        override.setAccessible(true);
                        return override.get(null);
                    });
                    attempt("setAccessible: Module.implAddExports", () -> {
                        Method add = Module.class.getDeclaredMethod("implAddExports", String.class, Module.class);
                        add.setAccessible(true);
                        return add.invoke(API, "dev.remap.driver.probe", own());
                    });
                    attempt("method handle: findStatic", () -> call(MethodHandles.lookup()));
                    attempt("method handle: publicLookup", () -> call(MethodHandles.publicLookup()));
                    attempt("method handle: lookup in another class", () -> call(MethodHandles.lookup().in(hook())));
                    attempt("method handle: private lookup in the hook", () ->
                            call(MethodHandles.privateLookupIn(hook(), MethodHandles.lookup())));
                    attempt("method handle: private lookup in an open package", () ->
                            call(MethodHandles.privateLookupIn(dev.remap.driver.DriverModule.class, MethodHandles.lookup())));
                    attempt("method handle: unreflect", () -> MethodHandles.lookup().unreflect(hook().getMethod("pull")).invoke());
                    attempt("method handle: IMPL_LOOKUP", () -> {
                        Field impl = MethodHandles.Lookup.class.getDeclaredField("IMPL_LOOKUP");
                        impl.setAccessible(true);
                        return call((MethodHandles.Lookup) impl.get(null));
                    });
                    attempt("defineClass: into the hook's package", () -> MethodHandles.lookup()
                            .defineClass(spy("dev/remap/driver/probe/Sp")));
                    attempt("defineClass: unseen by the loader, into the own package", () -> MethodHandles.lookup()
                            .defineClass(spy(null)).getMethod("pull").invoke(null));
                    attempt("defineHiddenClass", () -> MethodHandles.lookup()
                            .defineHiddenClass(spy(null), true).lookupClass().getMethod("pull").invoke(null));
                    attempt("own class loader: a class of its own", () -> new Own().define(spy(null)).getMethod("pull").invoke(null));
                    attempt("own class loader: a class in the hook's package", () -> new Own()
                            .define(spy("dev/remap/driver/probe/Sp")).getMethod("pull").invoke(null));
                    attempt("own layer: a module of the core's name", Attempts::ownLayer);
                    attempt("addExports of a module of Remap", () -> API.addExports("dev.remap.driver.probe", own()));
                    attempt("addOpens of a module of Remap", () -> API.addOpens("dev.remap.driver.probe", own()));
                    attempt("addReads, then reflection", () -> {
                        own().addReads(API.getLayer().findModule("dev.remap.core").orElseThrow());
                        return Class.forName("dev.remap.core.module.DriverPolicy", true, APP).getMethod("defaults").invoke(null);
                    });
                    attempt("Controller of the own layer", () -> {
                        Constructor<?> make = ModuleLayer.Controller.class.getDeclaredConstructors()[0];
                        make.setAccessible(true);
                        return make.newInstance(own().getLayer());
                    });
                    attempt("ServiceLoader: an internal service", () -> ServiceLoader
                            .load(API.getLayer(), Class.forName("dev.remap.linux.CallInterceptor", false, APP)).findFirst());
                    attempt("ServiceLoader: a hook as a service", () -> ServiceLoader.load(hook(), APP).findFirst());
                    attempt("Proxy: a default method of a closed interface", () -> {
                        Class<?> hooked = Class.forName("dev.remap.driver.probe.Hooked", true, APP);
                        Method method = hooked.getMethod("hooked");
                        Object proxy = Proxy.newProxyInstance(APP, new Class<?>[] {hooked}, (self, called, arguments) ->
                                InvocationHandler.invokeDefault(self, method));
                        return method.invoke(proxy);
                    });
                    attempt("Proxy: MethodHandleProxies", () -> MethodHandleProxies.asInterfaceInstance(
                            Class.forName("dev.remap.driver.probe.Hooked", true, APP), MethodHandles.constant(String.class, "x")));
                    attempt("serialization: what a filter lets through", Attempts::deserialize);
                    attempt("Unsafe: sun.misc", () -> Class.forName("sun.misc.Unsafe"));
                    attempt("Unsafe: sun.misc by the system loader", () ->
                            Class.forName("sun.misc.Unsafe", true, ClassLoader.getSystemClassLoader()));
                    attempt("Unsafe: jdk.internal.misc", () ->
                            Class.forName("jdk.internal.misc.Unsafe").getMethod("getUnsafe").invoke(null));
                    attempt("Unsafe: SharedSecrets", () -> Class.forName("jdk.internal.access.SharedSecrets")
                            .getMethod("getJavaLangAccess").invoke(null));
                    attempt("native: System.load", () -> System.class.getMethod("load", String.class).invoke(null, "/nowhere.so"));
                    attempt("native: System.load by a method handle", () -> MethodHandles.lookup()
                            .findStatic(System.class, "load", MethodType.methodType(void.class, String.class)).invoke("/nowhere.so"));
                    attempt("native: reinterpret", () -> java.lang.foreign.MemorySegment.class.getMethod("reinterpret", long.class)
                            .invoke(java.lang.foreign.MemorySegment.NULL, 4096L));
                    attempt("native: downcall", () -> java.lang.foreign.Linker.class
                            .getMethod("downcallHandle", java.lang.foreign.FunctionDescriptor.class,
                                    java.lang.foreign.Linker.Option[].class)
                            .invoke(java.lang.foreign.Linker.nativeLinker(), java.lang.foreign.FunctionDescriptor.ofVoid(),
                                    new java.lang.foreign.Linker.Option[0]));
                    attempt("native: a grant to oneself", () -> {
                        Method enable = Module.class.getDeclaredMethod("implAddEnableNativeAccess");
                        enable.setAccessible(true);
                        return enable.invoke(own());
                    });
                    attempt("agent: java.lang.instrument", () -> Class.forName("java.lang.instrument.Instrumentation"));
                    attempt("agent: sun.instrument", () -> Class.forName("sun.instrument.InstrumentationImpl"));
                    attempt("agent: com.sun.tools.attach", () -> Class.forName("com.sun.tools.attach.VirtualMachine"));
                    attempt("agent: jcmd from outside", Attempts::jcmd);
                    attempt("agent: DiagnosticCommand", () -> java.lang.management.ManagementFactory.getPlatformMBeanServer().invoke(
                            new javax.management.ObjectName("com.sun.management:type=DiagnosticCommand"), "jvmtiAgentLoad",
                            new Object[] {new String[] {"instrument", "/nowhere.jar"}}, new String[] {String[].class.getName()}));
                    attempt("agent: the flag", () -> {
                        java.lang.management.ManagementFactory.getPlatformMXBean(com.sun.management.HotSpotDiagnosticMXBean.class)
                                .setVMOption("EnableDynamicAgentLoading", "true");
                        return "set";
                    });
                    attempt("other driver: by a thread's class loader", () -> {
                        for (Thread thread : Thread.getAllStackTraces().keySet()) {
                            Class.forName("com.acme.shim.Shim", true, thread.getContextClassLoader());
                        }
                        return "found";
                    });
                    attempt("other driver: by its object", () -> System.getProperties().get("shim").getClass().getMethod("pull")
                            .invoke(null));
                }

                static Class<?> hook() throws Exception { return Class.forName(HOOK, true, APP); }

                static Module own() { return Attempts.class.getModule(); }

                static Object call(MethodHandles.Lookup lookup) throws Exception {
                    try {
                        return lookup.findStatic(hook(), "pull", MethodType.methodType(String.class)).invoke();
                    } catch (Exception e) {
                        throw e;
                    } catch (Throwable e) {
                        throw new RuntimeException(e);
                    }
                }

                static byte[] spy(String package_) throws IOException {
                    byte[] bytes = Attempts.class.getResourceAsStream("Spy.bin").readAllBytes();
                    if (package_ == null) return bytes;
                    String own = Attempts.class.getPackageName().replace('.', '/') + "/Spy";
                    String latin = new String(bytes, StandardCharsets.ISO_8859_1);
                    String wanted = package_ + "y";
                    String framed = (char) (own.length() >> 8) + "" + (char) own.length() + own;
                    String renamed = (char) (wanted.length() >> 8) + "" + (char) wanted.length() + wanted;
                    return latin.replace(framed, renamed).getBytes(StandardCharsets.ISO_8859_1);
                }

                static final class Own extends ClassLoader {
                    Own() { super(APP); }
                    Class<?> define(byte[] bytes) { return defineClass(null, bytes, 0, bytes.length); }
                }

                static Object ownLayer() throws Exception {
                    ModuleDescriptor descriptor = ModuleDescriptor.newModule("dev.remap.core").requires("dev.remap.driver")
                            .exports(Attempts.class.getPackageName()).packages(Set.of(Attempts.class.getPackageName())).build();
                    ModuleReference reference = new ModuleReference(descriptor, null) {
                        public ModuleReader open() { throw new UnsupportedOperationException(); }
                    };
                    ModuleFinder finder = new ModuleFinder() {
                        public Optional<ModuleReference> find(String name) {
                            return name.equals("dev.remap.core") ? Optional.of(reference) : Optional.empty();
                        }
                        public Set<ModuleReference> findAll() { return Set.of(reference); }
                    };
                    Configuration configuration = API.getLayer().configuration()
                            .resolve(finder, ModuleFinder.of(), Set.of("dev.remap.core"));
                    Own loader = new Own();
                    API.getLayer().defineModules(configuration, name -> loader);
                    Class<?> spy = loader.define(spy(null));
                    if (!"dev.remap.core".equals(spy.getModule().getName())) throw new AssertionError("not as it was meant");
                    return spy.getMethod("pull").invoke(null);
                }

                static Object deserialize() throws Exception {
                    String name = "dev.remap.core.page.FailurePolicy";
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    DataOutputStream out = new DataOutputStream(bytes);
                    out.writeInt(0xACED0005);
                    out.write(0x7E);
                    description(out, name);
                    description(out, "java.lang.Enum");
                    out.write(0x70);
                    out.write(0x74);
                    out.writeUTF("POISON");
                    ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())) {
                        protected Class<?> resolveClass(ObjectStreamClass type) throws ClassNotFoundException {
                            return Class.forName(type.getName(), true, APP);
                        }
                    };
                    in.setObjectInputFilter(info -> ObjectInputFilter.Status.ALLOWED);
                    Object policy = in.readObject();
                    if (!policy.getClass().getName().equals(name)) throw new AssertionError("not as it was meant");
                    return policy.getClass().getMethod("values").invoke(null);
                }

                static void description(DataOutputStream out, String name) throws IOException {
                    out.write(0x72);
                    out.writeUTF(name);
                    out.writeLong(0);
                    out.write(0x12);
                    out.writeShort(0);
                    out.write(0x78);
                }

                static Object jcmd() throws Exception {
                    Process process = new ProcessBuilder(System.getProperty("java.home") + "/bin/jcmd",
                            Long.toString(ProcessHandle.current().pid()), "JVMTI.agent_load", "/nowhere.so")
                            .redirectErrorStream(true).start();
                    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).replace('\\n', ' ');
                    if (said.contains("Dynamic agent loading is not enabled")) throw new SecurityException(said);
                    return said;
                }

                interface Way { Object call() throws Throwable; }

                static void attempt(String name, Way way) {
                    try {
                        System.out.println("attempt " + name + ": GOT IN: " + way.call());
                    } catch (InvocationTargetException e) {
                        System.out.println("attempt " + name + ": stopped by " + e.getCause());
                    } catch (Throwable e) {
                        System.out.println("attempt " + name + ": stopped by " + e);
                    }
                }
            }
            """;

    private IntruderDriver() {}

    /** The jar; under a licence that allows the hook and with a use of it, some of what it tries succeeds, which shows that it is tried. */
    static Path build(Path directory, String module, String licence, String use, Path probe) {
        DriverJar jar = SampleDrivers.leaf(
                        directory,
                        module,
                        licence,
                        use + " Attempts.tryAll();",
                        "requires java.management; requires jdk.management; ")
                .source(module + ".Attempts", SOURCE)
                .source(module + ".Spy", SPY)
                .patch(probe)
                .sees(SampleDrivers.PROBE);
        jar.compile();
        return jar.hide(module + ".Spy").pack();
    }
}
