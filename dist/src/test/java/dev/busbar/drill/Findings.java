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

/** What a drill has found wrong. Thread-safe. */
final class Findings {
    private final List<String> all = new CopyOnWriteArrayList<>();

    /** What is done to the host. */
    interface Drill {
        /** Runs to its end; reports what is wrong, or throws when it cannot go on. */
        void run(Options options, Path folder, Findings findings) throws Exception;
    }

    /**
     * Conducts a drill: the process ends with it, with 0 when nothing is wrong, and else with 1 and the work folder kept.
     *
     * @param defaults its options
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
