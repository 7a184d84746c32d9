package dev.busbar.host.isolation;

import dev.busbar.plugin.Platform;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * The references between the classes of a jar: whether the extension is a platform, and whether the classes that the
 * plugin's own code uses are there. References of bundled libraries are not followed, since most have optional ones; a
 * library class that the plugin's own code uses counts as missing where one of its supertypes is. Used by one thread.
 */
final class ClassLinks {
    private static final String PLATFORM = Type.getInternalName(Platform.class);
    private static final List<String> API = List.of("dev/busbar/plugin/", "dev/busbar/core/");
    private static final int MAX_SHOWN = 5;
    private static final int DEEP = 3;

    private final String extension;
    private final String own;
    private final boolean deep;
    private final Map<String, Declared> declared = new HashMap<>();
    private final Map<String, Optional<String>> missing = new HashMap<>();

    /**
     * A class of the jar.
     *
     * @param parents the superclass and the interfaces
     * @param constructors the access flags of the constructor without arguments, if there is one
     * @param references the classes that its code uses; empty for one that is not the plugin's own
     */
    record Declared(int access, List<String> parents, Optional<Integer> constructors, Set<String> references) {}

    /** @param extension the binary name of the extension; empty where it is not known */
    ClassLinks(String extension) {
        this.extension = extension.replace('.', '/');
        this.own = own(this.extension);
        this.deep = own.chars().filter(letter -> letter == '/').count() >= DEEP;
    }

    /**
     * The prefix of the plugin's own classes: the package of the extension, or the one above in a deep name. Below a name
     * of one or two parts there may be anything.
     */
    private static String own(String extension) {
        String[] segments = extension.split("/", -1);
        int packages = segments.length - 1;
        int depth = packages > DEEP ? packages - 1 : packages;
        return List.of(segments).subList(0, depth).stream()
                .map(segment -> segment + "/")
                .collect(Collectors.joining());
    }

    /** Returns whether a class, by its internal name, is the plugin's own. */
    boolean isOwn(String name) {
        return name.startsWith(own) && (deep || name.indexOf('/', own.length()) < 0);
    }

    void add(String name, Declared type) {
        declared.put(name, type);
    }

    /**
     * Adds what is wrong to the faults of the jar.
     *
     * @param nested the folders of the jar that hold jars
     */
    void addFaults(Set<String> nested, Faults faults) {
        Declared type = declared.get(extension);
        String name = extension.replace('/', '.');
        if (type == null) {
            faults.add("extension " + name + " is not in the plugin's jar, although META-INF/extensions.idx names it");
            return;
        }
        addExtensionFaults(name, type, faults);
        Map<String, String> absent = absent();
        if (!isPlatform(extension)) {
            String parents = type.parents().stream()
                    .map(ClassLinks::binary)
                    .filter(parent -> !parent.startsWith("java."))
                    .collect(Collectors.joining(", "));
            faults.add("extension " + name + " does not implement Platform"
                    + (parents.isEmpty() ? "" : ", but " + parents)
                    + " (expected: " + binary(PLATFORM)
                    + "); a plugin that was made for another host has to be ported");
            type.parents().forEach(absent::remove);
        }
        if (!absent.isEmpty()) {
            faults.add(description(absent, nested));
        }
    }

    private static void addExtensionFaults(String name, Declared type, Faults faults) {
        boolean open = (type.access() & Opcodes.ACC_PUBLIC) != 0;
        if (!open) {
            faults.add("extension " + name + " is not a public class; make it public");
        }
        if ((type.access() & (Opcodes.ACC_ABSTRACT | Opcodes.ACC_INTERFACE)) != 0) {
            faults.add("extension " + name + " cannot be made, because it is abstract; name a class that is not");
        } else if (type.constructors()
                .filter(access -> !open || (access & Opcodes.ACC_PUBLIC) != 0)
                .isEmpty()) {
            faults.add("extension " + name + " needs a public constructor without arguments");
        }
    }

    private boolean isPlatform(String name) {
        if (name.equals(PLATFORM)) {
            return true;
        }
        Declared type = declared.get(name);
        return type != null && type.parents().stream().anyMatch(this::isPlatform);
    }

    /** The classes that are missing, by internal name, each with one that uses it. */
    private Map<String, String> absent() {
        Map<String, String> absent = new TreeMap<>();
        Set<String> seen = new HashSet<>(Set.of(extension));
        Deque<String> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            String user = open.remove();
            Declared type = declared.get(user);
            Set<String> references = type == null ? Set.of() : type.references();
            for (String used : references) {
                missing(used).ifPresent(name -> absent.putIfAbsent(name, user));
                if (declared.containsKey(used) && isOwn(used) && seen.add(used)) {
                    open.add(used);
                }
            }
        }
        return absent;
    }

    /** The class that keeps another from being loaded: itself, or one of its supertypes. */
    private Optional<String> missing(String name) {
        Optional<String> known = missing.get(name);
        if (known != null) {
            return known;
        }
        missing.put(name, Optional.empty()); // for supertypes in a circle
        Optional<String> found;
        Declared type = declared.get(name);
        if (type != null) {
            found = type.parents().stream()
                    .flatMap(parent -> missing(parent).stream())
                    .findFirst();
        } else {
            found = isProvided(name) ? Optional.empty() : Optional.of(name);
        }
        missing.put(name, found);
        return found;
    }

    private static boolean isProvided(String name) {
        return API.stream().anyMatch(name::startsWith) // checked member by member
                || ExportedPackages.isExported(binary(name))
                || ClassLoader.getPlatformClassLoader().getResource(name + ".class") != null;
    }

    private static String description(Map<String, String> absent, Set<String> nested) {
        String some = absent.entrySet().stream()
                .limit(MAX_SHOWN)
                .map(entry -> binary(entry.getKey()) + " (used by " + binary(entry.getValue()) + ")")
                .collect(Collectors.joining(", "));
        int more = absent.size() - MAX_SHOWN;
        return "it needs " + some + (more > 0 ? " and " + more + " more" : "")
                + ", neither in the jar nor provided by the host; put its libraries into the jar (maven-shade-plugin, or"
                + " shadow for Gradle)"
                + (nested.isEmpty() ? "" : ": jars inside the jar, in " + String.join(", ", nested) + ", are not read");
    }

    private static String binary(String name) {
        return name.replace('/', '.');
    }
}
