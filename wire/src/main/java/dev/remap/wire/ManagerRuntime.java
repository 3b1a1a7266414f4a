// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A Java run-time image of the manager's own, and an AOT cache of what its JVM learnt in a run for training: classes loaded and linked, and
 * what was hot. With them a manager has started in a third of the time. {@code ./remap build} makes both, in the folder {@value #FOLDER}
 * beside the folder of the jars. The cache holds for exactly these jars; with others the JVM starts without it and says nothing.
 *
 * <p>A JVM that uses the cache cannot deny native access to modules that have none, so its manager loads no drivers of others. Where there
 * are any, in a property or on the path, the manager starts without. All methods read files and are quick; thread-safe.
 */
public final class ManagerRuntime {
    /** The system property that names the image's folder; {@code none} for none. */
    public static final String PROPERTY = "dev.remap.manager.runtime";

    /** The system property that names the cache to make: the manager learns, and writes it down when it ends. */
    public static final String TRAINING_PROPERTY = "dev.remap.manager.training";

    /** A system property of the manager's JVM: that it does once what a standby does before it serves, in order to have learnt that too. */
    public static final String REHEARSE_PROPERTY = "dev.remap.manager.rehearse";

    /** The folder, beside that of the jars. */
    public static final String FOLDER = "runtime";

    /** The file of the AOT cache in it. */
    public static final String CACHE = "manager.aot";

    /** The file that has a line for each module of the program: its name, a space, its jar. */
    public static final String MODULES = "manager.modules";

    /** A system property of the manager's JVM: that it may be used for what has been learnt only, since native access is not denied. */
    public static final String UNGATED_PROPERTY = "dev.remap.manager.ungated";

    /** The option of a manager's JVM that its standby does without. */
    public static final String NO_REPLAY = "-XX:-AOTReplayTraining";

    private static final String SERVICE = "META-INF/services/dev.remap.driver.Driver";
    private static final int WRITABLE_BY_OTHERS = 022;

    /** What nobody but the owner of the jars may write. */
    private static final List<String> FILES =
            List.of("", MODULES, "bin", "bin/java", "lib", "lib/modules", "lib/server", "lib/server/libjvm.so", CACHE);

    /**
     * The cache is mapped where it was made for, so that its pages are the file's and not copies. What was hot in the training is not
     * compiled at once: that takes 20 MiB, and the CPU that the application's start could use. A standby has the time, and does.
     */
    private static final List<String> JVM =
            List.of("-XX:+IgnoreUnrecognizedVMOptions", "-XX:ArchiveRelocationMode=0", NO_REPLAY);

    private final String folder;
    private final String jars;

    private ManagerRuntime(String folder, String jars) {
        this.folder = folder;
        this.jars = jars;
    }

    /** The one that goes with this program and may be used; null if there is none. */
    public static @Nullable ManagerRuntime find() {
        ManagerRuntime found = besideJars();
        return found != null && found.refusal() == null && !found.isBesideDrivers() ? found : null;
    }

    /** The one beside this program's jars, whether or not it may be used; null if there is none. */
    public static @Nullable ManagerRuntime besideJars() {
        String jars = folderOfJars();
        return jars == null ? null : of(jars);
    }

    private static @Nullable ManagerRuntime of(String jars) {
        String given = System.getProperty(PROPERTY);
        String folder = given == null ? new File(new File(jars).getParent(), FOLDER).getPath() : given;
        return new File(folder, MODULES).isFile() ? new ManagerRuntime(folder, jars) : null;
    }

    /** Why it is not used whatever is asked for; null if it may be. */
    public @Nullable String refusal() {
        try {
            int owner = owner(Path.of(jars));
            for (String name : FILES) {
                Path file = Path.of(folder, name);
                if (name.equals(CACHE) && System.getProperty(TRAINING_PROPERTY) != null) {
                    continue;
                }
                if (!Files.exists(file)) {
                    return file + " is missing";
                }
                if (owner(file) != owner || (mode(file) & WRITABLE_BY_OTHERS) != 0) {
                    return file + " may be written by others than the owner of " + jars;
                }
            }
            return null;
        } catch (IOException e) {
            return "it cannot be read: " + e.getMessage();
        }
    }

    private static int owner(Path file) throws IOException {
        return (int) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    private static int mode(Path file) throws IOException {
        return (int) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    }

    /** The folder that holds the jar of this class, or the one that was given; null if it is no folder of jars. */
    private static @Nullable String folderOfJars() {
        String given = System.getProperty(ManagerJvm.PATH_PROPERTY);
        if (given != null) {
            return new File(given).isDirectory() ? new File(given).getAbsolutePath() : null;
        }
        CodeSource source = ManagerRuntime.class.getProtectionDomain().getCodeSource();
        if (source == null
                || source.getLocation() == null
                || !source.getLocation().getPath().endsWith(".jar")) {
            return null;
        }
        return new File(URI.create(source.getLocation().toString())).getParent();
    }

    /** Whether drivers of others are named, or lie on the path: what {@link ManagerProgram} would find. */
    private boolean isBesideDrivers() {
        for (String name : System.getProperties().stringPropertyNames()) {
            if (name.startsWith(ManagerJvm.DRIVERS_PREFIX)) {
                return true;
            }
        }
        String given = System.getProperty(ManagerJvm.PATH_PROPERTY);
        return given == null
                && (hasDriversOn(System.getProperty("jdk.module.path", ""))
                        || hasDriversOn(System.getProperty("java.class.path", "")));
    }

    private boolean hasDriversOn(String path) {
        int start = 0;
        while (start < path.length()) {
            int end = path.indexOf(File.pathSeparatorChar, start);
            end = end < 0 ? path.length() : end;
            File entry = new File(path.substring(start, end)).getAbsoluteFile();
            if (!jars.equals(entry.getPath()) && !jars.equals(entry.getParent()) && hasDriversIn(entry)) {
                return true;
            }
            start = end + 1;
        }
        return false;
    }

    private static boolean hasDriversIn(File entry) {
        File[] files = entry.listFiles();
        if (files == null) {
            return isDriversJar(entry);
        }
        for (File file : files) {
            if (isDriversJar(file)) {
                return true;
            }
        }
        return new File(entry, SERVICE).exists();
    }

    private static boolean isDriversJar(File file) {
        if (!file.getName().endsWith(".jar") || !file.isFile()) {
            return false;
        }
        try (ZipFile jar = new ZipFile(file)) {
            return jar.getEntry(SERVICE) != null;
        } catch (IOException e) {
            return true; // for ManagerProgram to say what is wrong with it
        }
    }

    /** The launcher of the image. */
    public String java() {
        return folder + "/bin/java";
    }

    /** Where it is. */
    public String folder() {
        return folder;
    }

    /**
     * The JVM's options that name the cache and the manager's program.
     *
     * @throws IOException if the list of its modules cannot be read
     */
    public List<String> options() throws IOException {
        List<String> options = new ArrayList<>();
        String training = System.getProperty(TRAINING_PROPERTY);
        if (training == null) {
            options.add("-XX:AOTCache=".concat(folder).concat("/").concat(CACHE));
        } else {
            options.add("-XX:AOTCacheOutput=".concat(training));
            options.add("-D".concat(REHEARSE_PROPERTY).concat("=true"));
        }
        StringBuilder path = new StringBuilder();
        StringBuilder modules = new StringBuilder();
        for (String line : Files.readAllLines(Path.of(folder, MODULES))) {
            int space = line.indexOf(' ');
            append(modules, ',', line.substring(0, space));
            append(path, File.pathSeparatorChar, jars.concat("/").concat(line.substring(space + 1)));
        }
        String names = modules.toString();
        options.addAll(JVM);
        options.add("-D".concat(UNGATED_PROPERTY).concat("=true"));
        options.add("--module-path=".concat(path.toString()));
        options.add("--add-modules=".concat(names));
        options.add("--enable-native-access=".concat(names));
        return options;
    }

    private static void append(StringBuilder list, char separator, String item) {
        if (!list.isEmpty()) {
            list.append(separator);
        }
        list.append(item);
    }
}
