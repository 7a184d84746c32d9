package dev.busbar.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;

/** The classes of all modules without their tests. */
final class ProductClasses {
    private static final List<String> MODULES = List.of(
            "dev.busbar.plugin",
            "dev.busbar.core",
            "dev.busbar.plugin.testing",
            "dev.busbar.host",
            "dev.busbar.hello",
            "dev.busbar.turbo",
            "dev.busbar.wordcount");
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.busbar");

    private ProductClasses() {}

    /** Fails if a module was not found, because every rule would hold for it. */
    static JavaClasses all() {
        for (String module : MODULES) {
            assertThat(ALL).as("classes of " + module).anyMatch(type -> (type.getPackageName() + ".")
                    .startsWith(module + "."));
        }
        return ALL;
    }
}
