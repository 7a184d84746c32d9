package dev.busbar.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Paths of this repository, relative to the module that runs the tests. */
final class Repository {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    static final Path ARCHITECTURE = ROOT.resolve("docs/architecture.md");

    private Repository() {}

    /** Documents with commands. */
    static List<Path> documents() throws IOException {
        List<Path> docs = files("docs", file -> file.toString().endsWith(".md"));
        return Stream.concat(Stream.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md")), docs.stream())
                .toList();
    }

    /** Every Java source of every module. */
    static List<Path> sources() throws IOException {
        return Stream.concat(
                        Stream.concat(javaFiles("plugin-api"), javaFiles("host/src")),
                        Stream.concat(javaFiles("plugins"), javaFiles("dist/src")))
                .toList();
    }

    private static Stream<Path> javaFiles(String folder) throws IOException {
        return files(
                folder,
                file -> file.toString().endsWith(".java") && !file.toString().contains("/target/"))
                .stream();
    }

    private static List<Path> files(String folder, Predicate<Path> wanted) throws IOException {
        try (Stream<Path> found = Files.walk(ROOT.resolve(folder))) {
            return found.filter(wanted).filter(Files::isRegularFile).sorted().toList();
        }
    }
}
