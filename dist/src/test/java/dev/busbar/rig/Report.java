package dev.busbar.rig;

import java.time.LocalDate;
import java.util.List;
import java.util.stream.Collectors;

/** Prints Markdown to standard output. */
public final class Report {
    private Report() {}

    /** Prints the header of a report: machine, JDK, date and command. */
    public static void head(String title, Options options, Machine machine) {
        line("## " + title);
        line("");
        line("- machine: " + machine.describe());
        line("- JDK: " + System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        line("- date: " + LocalDate.now());
        line("- command: `" + options.command() + "`");
        line("");
    }

    /** Prints a table. */
    public static void table(List<String> head, List<List<String>> rows) {
        line(row(head));
        line(row(head.stream().map(cell -> "---").toList()));
        rows.forEach(cells -> line(row(cells)));
        line("");
    }

    private static String row(List<String> cells) {
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |"));
    }

    /** Prints a line. */
    public static void line(String text) {
        System.out.println(text);
    }

    /** Prints progress to standard error. */
    public static void progress(String text) {
        System.err.println(text);
    }
}
