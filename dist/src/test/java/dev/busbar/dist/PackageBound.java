package dev.busbar.dist;

import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A bound on the number of top-level types of a package, with exemptions that can only shrink: each allows one package
 * the count that it has at present, and is a fault itself once the package is within the bound or gone.
 *
 * @param name the key of the bound in the list of exemptions
 * @param max the largest count of a package without an exemption
 * @param applies the packages the bound is for
 * @param counted the types that count
 */
record PackageBound(String name, int max, Predicate<String> applies, Predicate<JavaClass> counted) {
    private static final Path EXEMPTIONS = Path.of("src/test/resources/package-bounds.txt");

    /** At most 20 files a package. */
    static final PackageBound FILES = new PackageBound("files", 20, name -> true, type -> true);

    /** At most three public types a feature package of the host. */
    static final PackageBound PUBLIC_TYPES =
            new PackageBound("public", 3, name -> name.startsWith("dev.busbar.host"), type -> type.getModifiers()
                    .contains(PUBLIC));

    private record Exemption(String bound, String packageName, int count, String reason) {
        /** Reads a line such as {@code files dev.busbar.host.cli 24: one class a command}. */
        static Exemption read(String line) {
            int colon = line.indexOf(':');
            String[] words = line.substring(0, Math.max(colon, 0)).split(" +");
            if (words.length != 3 || line.substring(colon + 1).isBlank()) {
                throw new IllegalStateException(
                        EXEMPTIONS + ": \"" + line + "\" (expected: bound package count: reason)");
            }
            return new Exemption(
                    words[0],
                    words[1],
                    Integer.parseInt(words[2]),
                    line.substring(colon + 1).strip());
        }
    }

    /** The packages beyond the bound or their exemption, and the exemptions without a use; empty when all is well. */
    List<String> violations(JavaClasses classes) throws IOException {
        Map<String, Integer> counts = counts(classes);
        Map<String, Exemption> exemptions = exemptions();
        List<String> violations = new ArrayList<>();
        counts.forEach((packageName, count) -> {
            Exemption exemption = exemptions.remove(packageName);
            int allowed = exemption == null ? max : exemption.count();
            if (count > allowed) {
                violations.add("%s: %d (expected: at most %d)".formatted(packageName, count, allowed));
            } else if (exemption != null && count <= max) {
                violations.add("%s: %d needs no exemption any more; delete its line".formatted(packageName, count));
            }
        });
        exemptions.keySet().forEach(gone -> violations.add(gone + ": no such package; delete its line"));
        return violations;
    }

    private Map<String, Integer> counts(JavaClasses classes) {
        Map<String, Integer> counts = new TreeMap<>();
        classes.stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .filter(type -> applies.test(type.getPackageName()))
                .filter(counted)
                .forEach(type -> counts.merge(type.getPackageName(), 1, Integer::sum));
        return counts;
    }

    private Map<String, Exemption> exemptions() throws IOException {
        Map<String, Exemption> exemptions = new HashMap<>();
        for (String line : Files.readAllLines(EXEMPTIONS, StandardCharsets.UTF_8)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                Exemption exemption = Exemption.read(line);
                if (exemption.bound().equals(name)) {
                    exemptions.put(exemption.packageName(), exemption);
                }
            }
        }
        return exemptions;
    }
}
