package dev.busbar.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the versions in the POMs for plugins outside this repository, which have no parent, with those of the build. */
class PluginPomsTest {
    private static final Pattern VERSIONED =
            Pattern.compile("<artifactId>([\\w.-]+)</artifactId>\\s*<version>([^<]+)</version>");
    private static final Pattern PROPERTY = Pattern.compile("<([\\w.-]+\\.version)>([^<]+)</");

    private static Map<String, String> versions(String pom) throws IOException {
        String text = Files.readString(Repository.ROOT.resolve(pom));
        Map<String, String> properties = new LinkedHashMap<>();
        PROPERTY.matcher(text)
                .results()
                .forEach(result -> properties.put("${" + result.group(1) + "}", result.group(2)));
        Map<String, String> versions = new LinkedHashMap<>();
        VERSIONED
                .matcher(text)
                .results()
                .forEach(result ->
                        versions.put(result.group(1), properties.getOrDefault(result.group(2), result.group(2))));
        return versions;
    }

    @ParameterizedTest
    @ValueSource(strings = {"plugin-api/bom/pom.xml", "plugin-api/parent/pom.xml"})
    void the_versions_are_those_of_the_build(String pom) throws IOException {
        Map<String, String> build = versions("pom.xml");
        String current = build.get("busbar");

        Map<String, String> own = versions(pom);

        assertThat(own).hasSizeGreaterThan(4);
        own.forEach((artifact, version) -> {
            boolean isOwn = artifact.startsWith("plugin-") || artifact.equals("bom") || artifact.equals("core");
            assertThat(version)
                    .as(artifact)
                    .isIn(isOwn ? current : build.get(artifact), isOwn ? "${project.version}" : build.get(artifact));
        });
    }
}
