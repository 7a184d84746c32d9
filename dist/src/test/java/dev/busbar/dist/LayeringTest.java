package dev.busbar.dist;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the imports of the host with the tables of docs/architecture.md. */
class LayeringTest {
    private static final String HOST = "dev.busbar.host";
    private static final Set<String> API =
            Set.of("dev.busbar.plugin", "dev.busbar.plugin.jobs", "dev.busbar.plugin.state");
    private static final JavaClasses CLASSES = ProductClasses.all();

    static List<Layer> layers() throws IOException {
        return MarkdownTable.rows(Repository.ARCHITECTURE, "package under").stream()
                .map(row -> new Layer(MarkdownTable.code(row.get(0)).get(0), MarkdownTable.code(row.get(2))))
                .toList();
    }

    static List<Library> libraries() throws IOException {
        return MarkdownTable.rows(Repository.ARCHITECTURE, "library").stream()
                .map(row -> new Library(row.get(0), MarkdownTable.code(row.get(1)), MarkdownTable.code(row.get(2))))
                .toList();
    }

    @Test
    void the_table_lists_the_existing_packages() throws IOException {
        List<String> table = layers().stream().map(Layer::name).toList();

        Set<String> found = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            if (type.getPackageName().startsWith(HOST + ".")) {
                found.add(type.getPackageName().substring(HOST.length() + 1).split("\\.")[0]);
            }
        }

        assertThat(found).containsExactlyInAnyOrderElementsOf(table);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void a_package_imports_only_what_the_table_allows(Layer layer) {
        noClasses()
                .that(describe("are of " + layer.name(), layer::holds))
                .should()
                .dependOnClassesThat(describe("are of the host beyond " + layer.mayImport(), layer::forbids))
                .check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void a_library_is_imported_only_where_the_table_allows(Library library) {
        assertThat(CLASSES).as("users of " + library.name()).anyMatch(library::isUsedBy);
        noClasses()
                .that(describe("are of the host outside of " + library.importers(), library::isClosedTo))
                .should()
                .dependOnClassesThat(describe("are of " + library.name(), library::holds))
                .check(CLASSES);
    }

    @Test
    void packages_are_free_of_cycles() {
        slices().assignedFrom(PACKAGES).should().beFreeOfCycles().check(CLASSES);
    }

    /** Each package for itself; but what a platform declares and borrows needs its types, and the other way round. */
    private static final SliceAssignment PACKAGES = new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            boolean ofApi = API.contains(type.getPackageName());
            return SliceIdentifier.of(ofApi ? "the API of plugins" : type.getPackageName());
        }

        @Override
        public String getDescription() {
            return "packages, those of the API of plugins as one";
        }
    };

    /**
     * A row of the table of packages.
     *
     * @param mayImport the allowed packages; {@code host} is the package of the composition root
     */
    record Layer(String name, List<String> mayImport) {
        boolean holds(JavaClass type) {
            return isIn(type, HOST + "." + name);
        }

        boolean forbids(JavaClass target) {
            return isIn(target, HOST) && !holds(target) && mayImport.stream().noneMatch(other -> isOf(target, other));
        }

        private static boolean isOf(JavaClass target, String other) {
            return other.equals("host") ? target.getPackageName().equals(HOST) : isIn(target, HOST + "." + other);
        }
    }

    /**
     * A row of the table of libraries.
     *
     * @param importers packages of the host, or the suffix of a class name after an ellipsis
     */
    record Library(String name, List<String> packages, List<String> importers) {
        boolean holds(JavaClass target) {
            return packages.stream().anyMatch(root -> isIn(target, root));
        }

        boolean isUsedBy(JavaClass type) {
            return isIn(type, HOST)
                    && type.getDirectDependenciesFromSelf().stream()
                            .anyMatch(dependency -> holds(dependency.getTargetClass()));
        }

        boolean isClosedTo(JavaClass type) {
            String outermost = type.getName().split("\\$")[0];
            return isIn(type, HOST)
                    && importers.stream()
                            .noneMatch(importer -> importer.startsWith("…")
                                    ? outermost.endsWith(importer.substring(1))
                                    : isIn(type, HOST + "." + importer));
        }
    }

    private static boolean isIn(JavaClass type, String root) {
        return (type.getPackageName() + ".").startsWith(root + ".");
    }
}
