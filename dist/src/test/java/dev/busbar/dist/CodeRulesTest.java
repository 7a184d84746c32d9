package dev.busbar.dist;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.THROW_GENERIC_EXCEPTIONS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import java.io.IOException;
import java.util.List;
import java.util.Timer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Checks every class of the product against the conventions of the code base. */
class CodeRulesTest {
    private static final String HOST = "dev.busbar.host";
    private static final JavaClasses CLASSES = ProductClasses.all();

    @Test
    void every_package_is_null_marked() {
        List<String> unmarked = CLASSES.getPackage("dev.busbar").getSubpackagesInTree().stream()
                .filter(found -> !found.getClasses().isEmpty())
                .filter(found -> !found.isAnnotatedWith("org.jspecify.annotations.NullMarked"))
                .map(JavaPackage::getName)
                .toList();

        assertThat(unmarked).isEmpty();
    }

    @Test
    void top_level_classes_are_closed() {
        List<String> open = CLASSES.stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(type -> !type.isInterface() && !type.isEnum() && !type.isRecord())
                .filter(type -> !type.getModifiers().contains(FINAL))
                .filter(type -> !type.getModifiers().contains(ABSTRACT))
                .filter(type -> !type.reflect().isSealed())
                .map(JavaClass::getName)
                .toList();

        assertThat(open).as("neither final, sealed nor abstract").isEmpty();
    }

    @Test
    void no_static_field_can_be_assigned() {
        noFields()
                .that()
                .areStatic()
                .and()
                .doNotHaveModifier(SYNTHETIC)
                .should()
                .notBeFinal()
                .check(CLASSES);
    }

    @Test
    void only_the_command_line_writes_to_standard_streams() {
        noClasses()
                .that()
                .resideOutsideOfPackage(HOST + ".cli..")
                .should(ACCESS_STANDARD_STREAMS)
                .check(CLASSES);
    }

    @Test
    void logging_goes_through_slf4j() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging..")
                .check(CLASSES);
    }

    @Test
    void no_generic_exception_is_thrown() {
        noClasses().should(THROW_GENERIC_EXCEPTIONS).check(CLASSES);
    }

    @Test
    void threads_of_the_host_are_created_in_one_place() {
        noClasses()
                .that(describe("of the host, but threads and the main class", CodeRulesTest::mayNotStartThreads))
                .should()
                .callConstructorWhere(target(owner(describe("are threads or executors", CodeRulesTest::runsThreads))))
                .orShould()
                .callMethodWhere(target(owner(equivalentTo(Executors.class))))
                .check(CLASSES);
    }

    private static boolean mayNotStartThreads(JavaClass type) {
        boolean listed = type.getName().matches("dev\\.busbar\\.host\\.(threads\\..*|cli\\.Main)(\\$.*)?");
        return type.getPackageName().startsWith(HOST) && !listed;
    }

    private static boolean runsThreads(JavaClass type) {
        return type.isAssignableTo(Thread.class)
                || type.isAssignableTo(ExecutorService.class)
                || type.isAssignableTo(Timer.class);
    }

    @Test
    void the_plugin_api_shows_no_json_library() {
        noClasses()
                .that()
                .resideInAPackage("dev.busbar.plugin..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml.jackson..")
                .check(CLASSES);
    }

    @Test
    void nothing_depends_on_the_host() {
        noClasses()
                .that()
                .resideOutsideOfPackage(HOST + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(HOST + "..")
                .check(CLASSES);
    }

    @Test
    void no_package_has_too_many_files() throws IOException {
        assertThat(PackageBound.FILES.violations(CLASSES)).isEmpty();
    }

    @Test
    void no_package_of_the_host_has_too_many_public_types() throws IOException {
        assertThat(PackageBound.PUBLIC_TYPES.violations(CLASSES)).isEmpty();
    }
}
