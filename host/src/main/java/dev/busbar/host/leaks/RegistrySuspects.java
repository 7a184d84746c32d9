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

/** The holders of a class loader in the process-wide registries of the JDK. Stateless. */
final class RegistrySuspects {
    private RegistrySuspects() {}

    static Stream<String> mbeans(HolderSearch search) {
        return MBeanServerFactory.findMBeanServer(null).stream()
                .filter(server -> server.getClass().getClassLoader() == null)
                .flatMap(server -> server.queryNames(null, null).stream()
                        .filter(name -> search.target().owns(loader(server, name)))
                        .map(name -> "MBean " + name));
    }

    private static @Nullable ClassLoader loader(MBeanServer server, ObjectName name) {
        try {
            return server.getClassLoaderFor(name);
        } catch (InstanceNotFoundException e) {
            return null;
        }
    }

    /** The JDBC drivers, by class name. Read by reflection, because only the store may import {@code java.sql}. */
    static Stream<String> drivers(HolderSearch search) {
        Object all = OpenPackage.type("java.sql.DriverManager")
                .map(type -> OpenPackage.read(type, "registeredDrivers", null))
                .orElse(null);
        return all instanceof List<?> registered
                ? registered.stream().flatMap(each -> driver(search, each))
                : Stream.of();
    }

    private static Stream<String> driver(HolderSearch search, Object registered) {
        Object driver = OpenPackage.read(registered.getClass(), "driver", registered);
        return driver != null && search.references().leadsFrom(registered)
                ? Stream.of("JDBC driver " + driver.getClass().getName())
                : Stream.of();
    }

    static Stream<String> providers(HolderSearch search) {
        return Stream.of(Security.getProviders())
                .filter(provider -> search.target().owns(provider))
                .map(provider -> "security provider " + name(provider));
    }

    /** Reads the field, because the accessor could be overridden by a plugin. */
    private static Object name(Provider provider) {
        Object name = OpenPackage.read(Provider.class, "name", provider);
        return name == null ? provider.getClass().getName() : name;
    }

    /** The timeouts of {@code CompletableFuture}, which until JDK 24 wait in the queue of one executor. */
    static Stream<String> timeouts(HolderSearch search) {
        Object delayer = OpenPackage.type("java.util.concurrent.CompletableFuture$Delayer")
                .map(type -> OpenPackage.read(type, "delayer", null))
                .orElse(null);
        boolean holds = delayer instanceof ThreadPoolExecutor pool
                && search.references().leadsFrom(pool.getQueue().toArray());
        return holds ? Stream.of("pending timeout") : Stream.of();
    }

    /** Returns whether this JDK hides timeouts: from JDK 25 on they are local variables of a thread. */
    static boolean hidesTimeouts() {
        try {
            Method count = ForkJoinPool.class.getMethod("getDelayedTaskCount");
            return count.invoke(ForkJoinPool.commonPool()) instanceof Long found && found > 0;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
