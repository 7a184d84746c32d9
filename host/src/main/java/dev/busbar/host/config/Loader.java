package dev.busbar.host.config;

import dev.busbar.host.config.ConfigurationException.Fault;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds and reads the layers. Three keys decide which files are read, so each is looked up in the sources that are known
 * by then: {@code home}, then {@code config} and {@code env}. For one thread and one load.
 */
final class Loader {
    static final Set<String> KEYS = Set.of("home", "config", "env");

    private static final Set<String> ENVIRONMENTS = Set.of("development", "staging", "production");
    private static final Pattern ARGUMENT = Pattern.compile("--([A-Za-z][A-Za-z0-9_.-]*)=(.*)", Pattern.DOTALL);
    private static final String COMMAND_LINE = "command line";

    private final Sources sources;
    private final List<Fault> faults = new ArrayList<>();
    private final List<Layer> layers = new ArrayList<>();
    private final Map<String, String> variables = new HashMap<>();

    /**
     * Result of loading.
     *
     * @param environment {@code development}, {@code staging} or {@code production}
     * @param named true when a source sets it, false for the default
     * @param files the files that may have been read; some may be missing
     */
    record Loaded(
            Layers layers,
            Secrets secrets,
            Path home,
            String environment,
            boolean named,
            List<Fault> faults,
            List<Path> files) {}

    Loader(Sources sources) {
        this.sources = sources;
    }

    Loaded load() {
        layers.add(Layer.ofKeys(600, arguments()));
        layers.add(Layer.ofVariables(500, processVariables()));
        Path home = path("home", sources.directory());
        layers.add(Layer.ofVariables(300, variablesFile(home.resolve(".env"))));
        Path base = path("config", home.resolve("conf").resolve("busbar.yaml"));
        layers.add(Layer.ofKeys(100, baseFile(base)));
        String environment = environment();
        layers.add(Layer.ofVariables(400, variablesFile(home.resolve(".env." + environment))));
        layers.add(Layer.ofKeys(200, yamlFile(sibling(base, environment))));
        variables.putAll(sources.environment());
        Layers all = new Layers(layers);
        boolean named = all.find("env").isPresent();
        refuseLate(all, "env", environment);
        refuseLate(all, "home", home.toString());
        refuseLate(all, "config", base.toString());
        List<Path> files =
                List.of(base, sibling(base, environment), home.resolve(".env"), home.resolve(".env." + environment));
        return new Loaded(all, new Secrets(home, variables), home, environment, named, faults, files);
    }

    private Map<String, Setting> arguments() {
        Map<String, Setting> settings = new HashMap<>();
        for (String argument : sources.arguments()) {
            Matcher matcher = ARGUMENT.matcher(argument);
            if (matcher.matches()) {
                String key = matcher.group(1);
                settings.put(key, new Setting(key, COMMAND_LINE, matcher.group(2)));
            } else {
                // Only the name: what follows a misplaced '=' or ':' may be a secret.
                String name = argument.split("[=:\\s]", 2)[0];
                faults.add(new Fault(COMMAND_LINE, name, null, "--section.key=value"));
            }
        }
        return settings;
    }

    private Map<String, Setting> processVariables() {
        Map<String, Setting> settings = new TreeMap<>();
        sources.environment().forEach((name, value) -> {
            if (!value.isEmpty() && Names.isConfiguration(name, value)) {
                settings.put(name, new Setting(name, "environment", value));
            }
        });
        return settings;
    }

    private Map<String, Setting> variablesFile(Path file) {
        Map<String, Setting> settings = new TreeMap<>();
        VariablesFile.read(file, faults::add).forEach((name, setting) -> {
            variables.put(name, setting.text());
            if (!setting.text().isEmpty() && Names.isConfiguration(name, setting.text())) {
                settings.put(name, setting);
            }
        });
        return settings;
    }

    private Map<String, Setting> baseFile(Path file) {
        new Layers(layers)
                .find("config")
                .filter(setting -> !Files.exists(file))
                .ifPresent(setting -> faults.add(setting.fault("a file that is there")));
        return yamlFile(file);
    }

    private Map<String, Setting> yamlFile(Path file) {
        return Files.exists(file) ? YamlFile.read(file, faults::add) : Map.of();
    }

    private Path path(String key, Path otherwise) {
        try {
            return new Layers(layers)
                    .find(key)
                    .map(setting -> Path.of(setting.text()))
                    .orElse(otherwise);
        } catch (InvalidPathException e) {
            faults.add(new Fault("configuration", key, null, "a path"));
            return otherwise;
        }
    }

    private String environment() {
        return new Layers(layers)
                .find("env")
                .filter(this::isEnvironment)
                .map(Setting::text)
                .orElse("development");
    }

    private boolean isEnvironment(Setting setting) {
        boolean known = ENVIRONMENTS.contains(setting.text());
        if (!known) {
            faults.add(setting.fault("development, staging or production"));
        }
        return known;
    }

    /** One of the three keys in a file that is only read because of it would be ignored without a word. */
    private void refuseLate(Layers all, String key, String used) {
        all.find(key)
                .filter(setting ->
                        !setting.text().equals(used) && faults.stream().noneMatch(isAbout(setting)))
                .ifPresent(setting -> faults.add(setting.fault("\"" + used + "\", or to be set as "
                        + Names.variable(key) + " or --" + key + ", because this place is read too late for it")));
    }

    private static Predicate<Fault> isAbout(Setting setting) {
        return fault -> fault.key().equals(setting.key()) && fault.source().equals(setting.source());
    }

    /** {@code conf/busbar.staging.yaml} beside {@code conf/busbar.yaml}. */
    private static Path sibling(Path base, String environment) {
        String name = String.valueOf(base.getFileName());
        int dot = name.lastIndexOf('.');
        String sibling =
                dot < 0 ? name + "." + environment : name.substring(0, dot) + "." + environment + name.substring(dot);
        return base.resolveSibling(sibling);
    }
}
