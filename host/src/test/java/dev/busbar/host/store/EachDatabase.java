package dev.busbar.host.store;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * A test that runs once on H2 and once on PostgreSQL, each time with an empty, migrated {@link Database} as its first
 * parameter, and if wanted its {@link StoreSettings} as the second, for opening it once more. Closed after the test.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "{0}")
@ArgumentsSource(Databases.class)
public @interface EachDatabase {}
