package dev.busbar.drill;

import dev.busbar.rig.Options;
import dev.busbar.rig.Report;
import dev.busbar.rig.WorkFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Faults found by a drill. Thread-safe. */
final class Findings {
    private final List<String> all = new CopyOnWriteArrayList<>();

    /** The body of a drill. */
    interface Drill {
        /** Runs the drill; reports faults, or throws if it cannot continue. */
        void run(Options options, Path folder, Findings findings) throws Exception;
    }

    /**
     * Runs a drill and exits the process: with 0 without faults, otherwise with 1, keeping the work directory.
     *
     * @param defaults the default options
     */
    static void conduct(String name, Map<String, String> defaults, String[] arguments, Drill drill) throws IOException {
        Map<String, String> known = new TreeMap<>(defaults);
        known.put("pin", "false");
        Options options = Options.parse("scripts/drill " + name, known, arguments);
        Path folder = WorkFolder.create("drill-" + name);
        Findings findings = new Findings();
        try {
            drill.run(options, folder, findings);
        } catch (Exception e) {
            findings.wrong("the drill was broken off: " + e);
            e.printStackTrace();
        }
        if (findings.all.isEmpty()) {
            WorkFolder.delete(folder);
        } else {
            Report.line("");
            findings.all.forEach(each -> Report.line("WRONG: " + each));
            Report.line("The host's log and its data are in " + folder);
        }
        System.exit(findings.all.isEmpty() ? 0 : 1);
    }

    void wrong(String what) {
        Report.progress("WRONG: " + what);
        all.add(what);
    }

    void require(boolean right, String otherwise) {
        if (!right) {
            wrong(otherwise);
        }
    }

    boolean isEmpty() {
        return all.isEmpty();
    }
}
