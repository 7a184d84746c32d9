package dev.busbar.host.leaks;

import java.lang.reflect.Method;
import java.security.Provider;
import java.security.Security;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.stream.Stream;
import javax.management.InstanceNotFoundException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/** What a class loader is held by in the lists that the JDK keeps for the whole process. Stateless. */
final class RegistrySuspects {
    private RegistrySuspects() {}

    static Stream<String> mbeans(Look look) {
        return MBeanServerFactory.findMBeanServer(null).stream()
                .filter(server -> server.getClass().getClassLoader() == null)
                .flatMap(server -> server.queryNames(null, null).stream()
                        .filter(name -> look.held().owns(loader(server, name)))
                        .map(name -> "MBean " + name));
    }

    private static @Nullable ClassLoader loader(MBeanServer server, ObjectName name) {
        try {
            return server.getClassLoaderFor(name);
        } catch (InstanceNotFoundException e) {
            return null;
        }
    }

    /** The names of drivers are those of their classes. Named by reflection, because SQL is the store's business. */
    static Stream<String> drivers(Look look) {
        Object all = Opened.type("java.sql.DriverManager")
                .map(type -> Opened.read(type, "registeredDrivers", null))
                .orElse(null);
        return all instanceof List<?> registered
                ? registered.stream().flatMap(each -> driver(look, each))
                : Stream.of();
    }

    private static Stream<String> driver(Look look, Object registered) {
        Object driver = Opened.read(registered.getClass(), "driver", registered);
        return driver != null && look.reach().leadsFrom(registered)
                ? Stream.of("JDBC driver " + driver.getClass().getName())
                : Stream.of();
    }

    static Stream<String> providers(Look look) {
        return Stream.of(Security.getProviders())
                .filter(provider -> look.held().owns(provider))
                .map(provider -> "security provider " + name(provider));
    }

    /** Read, because the method that answers it could be the plugin's. */
    private static Object name(Provider provider) {
        Object name = Opened.read(Provider.class, "name", provider);
        return name == null ? provider.getClass().getName() : name;
    }

    /** The timeouts of {@code CompletableFuture}, which until JDK 24 wait in the queue of one executor. */
    static Stream<String> timeouts(Look look) {
        Object delayer = Opened.type("java.util.concurrent.CompletableFuture$Delayer")
                .map(type -> Opened.read(type, "delayer", null))
                .orElse(null);
        boolean holds = delayer instanceof ThreadPoolExecutor pool
                && look.reach().leadsFrom(pool.getQueue().toArray());
        return holds ? Stream.of("pending timeout") : Stream.of();
    }

    /** Whether there are timeouts where nobody can look: from JDK 25 on they are local variables of a thread. */
    static boolean hidesTimeouts() {
        try {
            Method count = ForkJoinPool.class.getMethod("getDelayedTaskCount");
            return count.invoke(ForkJoinPool.commonPool()) instanceof Long found && found > 0;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
