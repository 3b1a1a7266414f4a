// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import dev.remap.export.ExportClass;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Resolves everything a driver's class files name, before any of its code runs. For one driver; confined to one thread. */
final class UseCheck {
    private final Platform platform;
    private final DriverImage image;
    private final Standing standing;
    private final boolean nativeGranted;
    private final Map<String, LoadedDriver> usedPackages = new HashMap<>();

    /** One offence a symbol, in the order they were found. */
    private final Map<String, Offence> offences = new LinkedHashMap<>();

    private final Set<String> granted = new TreeSet<>();
    private boolean usesNative;

    UseCheck(
            Platform platform,
            DriverImage image,
            Standing standing,
            Collection<LoadedDriver> used,
            boolean nativeGranted) {
        this.platform = platform;
        this.image = image;
        this.standing = standing;
        this.nativeGranted = nativeGranted;
        used.forEach(driver -> driver.exportedTo(image.name()).forEach(name -> usedPackages.put(name, driver)));
    }

    /** Looks at every class file. */
    void run() {
        for (byte[] bytes : image.classes()) {
            ClassUses uses = uses(bytes);
            if (uses == null) {
                continue;
            }
            String user = uses.name().replace('/', '.');
            uses.nativeMethods().forEach(method -> nativeUse(user + "." + method, user, "a native method"));
            uses.types().forEach(type -> type(type, user));
            uses.members().forEach(member -> member(member, user));
        }
    }

    private @Nullable ClassUses uses(byte[] bytes) {
        try {
            return ClassUses.of(bytes);
        } catch (IllegalArgumentException malformed) {
            add(Offence.of("a class file", "", "it cannot be read: " + malformed.getMessage(), "Build the jar anew"));
            return null;
        }
    }

    /** Everything against it. */
    List<Offence> offences() {
        return new ArrayList<>(offences.values());
    }

    /** Packages to be opened to it: those it uses and may, that are not open to everybody. */
    Set<String> granted() {
        return granted;
    }

    /** Whether it has native methods or calls what is restricted. */
    boolean usesNative() {
        return usesNative;
    }

    private void type(String internalName, String user) {
        String packageName = ApiType.packageOf(internalName);
        if (image.descriptor().packages().contains(packageName)) {
            return;
        }
        Module owner = platform.moduleOf(packageName);
        if (owner == null) {
            LoadedDriver driver = usedPackages.get(packageName);
            if (driver == null) {
                missing(internalName.replace('/', '.'), user, "no module here has package " + packageName);
            } else if (!driver.has(internalName)) {
                missing(internalName.replace('/', '.'), user, driver.name() + " has no such type");
            }
        } else if (Platform.isReserved(owner.getName())) {
            platformType(internalName, user);
        }
    }

    private void platformType(String internalName, String user) {
        ApiType type = platform.type(internalName);
        String symbol = internalName.replace('/', '.').replace('$', '.');
        Grade grade = platform.grade(ApiType.packageOf(internalName));
        if (grade == null) {
            closed(symbol, user);
        } else if (type == null) {
            missing(symbol, user, "there is no such type in this release");
        } else if (!type.visible()) {
            closed(symbol, user);
        } else {
            use(symbol, user, gradeOf(type, grade), type.packageName());
        }
    }

    private void member(ClassUses.Member member, String user) {
        if (NativeUse.is(member)) {
            String symbol = member.owner().replace('/', '.') + "." + member.name();
            nativeUse(symbol, user, "native access");
        }
        String packageName = ApiType.packageOf(member.owner());
        Grade grade = platform.grade(packageName);
        ApiType type = grade == null ? null : platform.type(member.owner());
        if (type == null || grade == null) {
            return; // not Remap's, or said of the type already
        }
        ApiType.Member found = find(type, member.key());
        String symbol = member.owner().replace('/', '.').replace('$', '.') + "." + member.name();
        if (found == null) {
            if (!JavaTypes.inherits(superOutside(type), member)) {
                missing(symbol + member.descriptor(), user, "there is no such member in this release");
            }
        } else if (!found.visible()) {
            closed(symbol, user);
        } else if (found.grade() != null) {
            use(symbol, user, found.grade().stricter(gradeOf(type, grade)), packageName);
        }
    }

    /** A member of a type or of what it extends and implements, as far as that is Remap's. */
    private ApiType.@Nullable Member find(ApiType type, String key) {
        ApiType.Member own = type.members().get(key);
        if (own != null) {
            return own;
        }
        List<String> above = new ArrayList<>(type.interfaces());
        above.add(type.superName());
        for (String name : above) {
            ApiType next = platform.grade(ApiType.packageOf(name)) == null ? null : platform.type(name);
            ApiType.Member inherited = next == null ? null : find(next, key);
            if (inherited != null) {
                return inherited;
            }
        }
        return null;
    }

    /** The first type above it that is not Remap's. */
    private String superOutside(ApiType type) {
        ApiType at = type;
        while (at != null && Platform.isReserved(ApiType.packageOf(at.superName()))) {
            at = platform.type(at.superName());
        }
        return at == null || at.superName().isEmpty() ? "java/lang/Object" : at.superName();
    }

    /** The strictest of its package, the types around it, and its own. */
    private Grade gradeOf(ApiType type, Grade ofPackage) {
        Grade grade = ofPackage.stricter(type.grade());
        ApiType at = type;
        while (at != null && at.outer().isPresent()) {
            at = platform.type(at.outer().get());
            grade = at == null ? grade : grade.stricter(at.grade());
        }
        return grade;
    }

    private void use(String symbol, String user, Grade grade, String packageName) {
        if (grade.admits(standing.module(), standing.gplCompatible())) {
            if (grade.exportClass() != ExportClass.STABLE) {
                granted.add(packageName);
            }
            return;
        }
        String what = grade.exportClass() + " since " + grade.since() + ": " + grade.reason();
        boolean licenceFits = grade.exportClass() == ExportClass.STABLE || standing.gplCompatible();
        if (licenceFits) {
            what += "; only for " + String.join(", ", grade.modules());
            add(Offence.of(symbol, user, what, "Do without it: it is not for other modules, whatever their licence"));
        } else {
            add(Offence.of(symbol, user, what, standing.remedy()));
        }
    }

    private void nativeUse(String symbol, String user, String what) {
        usesNative = true;
        if (!nativeGranted) {
            String remedy =
                    "Do without it (SegmentTier needs none), or have the operator grant it: --native " + image.name();
            add(Offence.of(symbol, user, what + " was not granted", remedy));
        }
    }

    private void closed(String symbol, String user) {
        add(Offence.of(
                symbol,
                user,
                "internal: no export of Remap",
                "Do without it, or ask for an export and say what it is for"));
    }

    private void missing(String symbol, String user, String what) {
        String remedy = "Build the driver against " + platform.apiVersion() + ", or put what it needs into its jar";
        add(Offence.of(symbol, user, "missing: " + what, remedy));
    }

    private void add(Offence offence) {
        offences.putIfAbsent(offence.symbol(), offence);
    }
}
