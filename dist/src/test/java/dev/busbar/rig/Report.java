package dev.busbar.rig;

import java.time.LocalDate;
import java.util.List;
import java.util.stream.Collectors;

/** Prints Markdown to standard output. */
public final class Report {
    private Report() {}

    /** The head of a report: what was done where, with what, and how to do it again. */
    public static void head(String title, Options options, Machine machine) {
        line("## " + title);
        line("");
        line("- machine: " + machine.describe());
        line("- JDK: " + System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        line("- date: " + LocalDate.now());
        line("- command: `" + options.command() + "`");
        line("");
    }

    /** A table. */
    public static void table(List<String> head, List<List<String>> rows) {
        line(row(head));
        line(row(head.stream().map(cell -> "---").toList()));
        rows.forEach(cells -> line(row(cells)));
        line("");
    }

    private static String row(List<String> cells) {
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |"));
    }

    /** A line of its own. */
    public static void line(String text) {
        System.out.println(text);
    }

    /** Says on standard error what is going on. */
    public static void progress(String text) {
        System.err.println(text);
    }
}
