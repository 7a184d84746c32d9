package dev.busbar.host.config;

import dev.busbar.host.config.ConfigurationException.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The configuration of the host, read once at start. {@code Host} loads it, binds each feature's record, and then
 * finishes, which reports all faults together:
 *
 * <pre>{@code
 * Configuration configuration = Configuration.load(Sources.system(arguments));
 * NetworkSettings network = configuration.bind("network", NetworkSettings.DEFAULTS);
 * StoreSettings store = configuration.bind("store", StoreSettings.embedded(data));
 * configuration.finish();
 * }</pre>
 *
 * A higher layer wins: the defaults of the records, {@code conf/busbar.yaml} (or {@code BUSBAR_CONFIG}), the same with
 * the environment's name in it, {@code .env}, {@code .env.<environment>}, variables, command line. For one thread.
 */
public final class Configuration {
    private static final Pattern SECTION = Pattern.compile("[a-z][a-z0-9-]{0,30}");

    private final Loader.Loaded loaded;
    private final Binder binder;
    private final Set<String> known = new TreeSet<>(Loader.KEYS);
    private final List<Fault> faults;

    private Configuration(Loader.Loaded loaded) {
        this.loaded = loaded;
        this.faults = new ArrayList<>(loaded.faults());
        this.binder = new Binder(loaded.layers(), loaded.secrets(), faults::add);
    }

    /** Reads all sources. Their faults are reported by {@link #finish}, not here. */
    public static Configuration load(Sources sources) {
        return new Configuration(new Loader(sources).load());
    }

    /** The directory of the installation: {@code home}, else the working directory. */
    public Path home() {
        return loaded.home();
    }

    /** The files that the configuration was read from; some may be missing. */
    public List<Path> files() {
        return loaded.files();
    }

    /** {@code development} (the default), {@code staging} or {@code production}. */
    public String environment() {
        return loaded.environment();
    }

    /** True when the environment is set, so that the default is not mistaken for a decision. */
    public boolean environmentNamed() {
        return loaded.named();
    }

    /**
     * A settings record: its components are the keys of the section. They may be {@code String}, {@code int},
     * {@code long}, {@code double}, {@code boolean}, {@code Duration}, {@code Path}, an enum, or an {@code Optional} or
     * {@code List} of one of these. The record checks itself by throwing an {@link IllegalArgumentException}, best as
     * {@code component: value (expected: …)}.
     *
     * @param section name of the section; empty for keys at the top
     * @param defaults the values of keys that are not set
     * @return the record; when something is wrong, the defaults, and {@link #finish} throws
     */
    public <T extends Record> T bind(String section, T defaults) {
        known.addAll(Binder.keys(section, defaults.getClass()));
        return binder.bind(section, defaults);
    }

    /**
     * The names under a section whose parts are named by the operator, in order: with {@code issuers.corp.audience} set,
     * {@code corp} is one under {@code issuers}. Each is bound as a section of its own, {@code issuers.corp}. Files and
     * the command line give names; a variable can set a key under a name, but its own name does not tell where that ends.
     */
    public List<String> sections(String section) {
        List<String> names = new ArrayList<>();
        loaded.layers().sections(section).forEach((name, key) -> {
            if (SECTION.matcher(name).matches()) {
                names.add(name);
            } else {
                refuse(
                        key,
                        "a name such as corp-eu behind " + section + ": 1 to 31 lower-case letters, digits, hyphens");
            }
        });
        return names;
    }

    /**
     * Reports a fault that involves more than one section.
     *
     * @param key the key to correct; the fault names where it is set, or that it is the default
     * @param expectation the expected value
     */
    public void refuse(String key, String expectation) {
        faults.add(loaded.layers()
                .find(key)
                .map(setting -> setting.fault(expectation))
                .orElseGet(() -> new Fault("default", key, null, expectation)));
    }

    /**
     * Reports a fault of something that a setting names, such as a file.
     *
     * @param source the place of the fault
     * @param expectation the expected value
     */
    public void refuse(String source, String key, String expectation) {
        faults.add(new Fault(source, key, null, expectation));
    }

    /**
     * Ends binding: a key that no record has is unknown.
     *
     * @throws ConfigurationException with all faults, if there are any
     */
    public void finish() {
        List<Fault> all = new ArrayList<>(faults);
        all.addAll(loaded.layers().unknown(known));
        if (!all.isEmpty()) {
            throw new ConfigurationException(all);
        }
    }
}
