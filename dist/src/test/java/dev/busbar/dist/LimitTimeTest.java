package dev.busbar.dist;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Dependencies that rate limits must not have. */
class LimitTimeTest {
    private static final DescribedPredicate<JavaClass> LIMITS =
            DescribedPredicate.describe("classes of rate limits", LimitTimeTest::isOfLimits);

    private static boolean isOfLimits(JavaClass type) {
        return type.getPackageName().equals("dev.busbar.host.limits");
    }

    @Test
    void there_are_limits() {
        assertThat(ProductClasses.all().that(LIMITS)).hasSizeGreaterThan(10);
    }

    @Test
    void limits_know_no_clock_that_can_be_set() {
        noClasses()
                .that(LIMITS)
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Clock.class, Instant.class)
                .check(ProductClasses.all());
    }

    @Test
    void limits_ask_nothing_but_the_memory_of_this_process() {
        noClasses()
                .that(LIMITS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.busbar.host.store..", "java.sql..", "java.net..", "java.nio.file..")
                .check(ProductClasses.all());
    }
}
