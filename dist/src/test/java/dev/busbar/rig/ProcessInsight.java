package dev.busbar.rig;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Resources of a server process: threads, file handles, memory. Read with the JDK's tools and from /proc. */
public final class ProcessInsight {
    private final ServerProcess server;

    /**
     * Memory in use, in bytes.
     *
     * @param heap the heap in use, including garbage
     * @param metaspace the metaspace in use
     */
    public record Memory(long heap, long metaspace) {}

    /** The resources of a running server. */
    public ProcessInsight(ServerProcess server) {
        this.server = server;
    }

    /** The number of threads. */
    public int threads() {
        return Integer.parseInt(server.status("Threads"));
    }

    /** The number of open files and sockets. */
    public int handles() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/" + server.pid() + "/fd"))) {
            return (int) all.count();
        }
    }

    /** The resident set size in bytes. */
    public long residentBytes() {
        return Long.parseLong(server.status("VmRSS").replaceAll("\\D", "")) * 1024;
    }

    /** Runs a full collection, classes included; returns the number of live objects of a class. */
    public int collectAndCount(String className) throws IOException {
        return run("jcmd", Long.toString(server.pid()), "GC.class_histogram").stream()
                .map(line -> line.strip().split("\\s+"))
                .filter(row -> row.length >= 4 && row[3].equals(className))
                .mapToInt(row -> Integer.parseInt(row[1]))
                .sum();
    }

    /** The memory in use; run a collection before. */
    public Memory memory() throws IOException {
        List<String> lines = run("jstat", "-gc", Long.toString(server.pid()));
        List<String> names = List.of(lines.get(0).strip().split("\\s+"));
        List<String> values = List.of(lines.get(1).strip().split("\\s+"));
        double heap = Stream.of("S0U", "S1U", "EU", "OU")
                .mapToDouble(name -> kilobytes(names, values, name))
                .sum();
        return new Memory((long) (heap * 1024), (long) (kilobytes(names, values, "MU") * 1024));
    }

    private static double kilobytes(List<String> names, List<String> values, String name) {
        return IntStream.range(0, names.size())
                .filter(i -> names.get(i).equals(name))
                .mapToObj(values::get)
                .filter(value -> !value.equals("-"))
                .mapToDouble(Double::parseDouble)
                .findFirst()
                .orElse(0);
    }

    private static List<String> run(String tool, String... arguments) throws IOException {
        String program = Path.of(System.getProperty("java.home"), "bin", tool).toString();
        ProcessBuilder builder = new ProcessBuilder(
                        Stream.concat(Stream.of(program), Stream.of(arguments)).toList())
                .redirectErrorStream(true);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(tool + " failed: " + output);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
        return output.lines().toList();
    }
}
