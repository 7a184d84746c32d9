package dev.busbar.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.drill.plugin.StepsPlatform;
import dev.busbar.rig.AdminApi;
import dev.busbar.rig.PluginArchive;
import dev.busbar.rig.Report;
import dev.busbar.rig.ServerProcess;
import dev.busbar.rig.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Many jobs of many steps, and what became of them. For one thread. */
final class JobCrowd {
    private static final PluginArchive ARCHIVE = new PluginArchive(StepsPlatform.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int POLL_MILLIS = 500;

    private final Path lines;
    private final int steps;
    private final int pauseMillis;
    private final Findings findings;
    private final Set<String> open = new HashSet<>();
    private final List<String> all = new ArrayList<>();

    /**
     * Jobs that are not submitted yet.
     *
     * @param lines the file in which the jobs leave a line for each step
     */
    JobCrowd(Path lines, int steps, int pauseMillis, Findings findings) {
        this.lines = lines;
        this.steps = steps;
        this.pauseMillis = pauseMillis;
        this.findings = findings;
    }

    /** A jar of the platform of the jobs. */
    static byte[] jar(int serial) {
        return ARCHIVE.pack("steps", "1." + serial + ".0", List.of("serial=" + serial));
    }

    /** Submits jobs; each is acknowledged. */
    void submit(AdminApi api, int count) throws IOException {
        String body =
                "{\"platform\":\"steps\",\"type\":\"steps\",\"request\":{\"count\":%d,\"pauseMillis\":%d,\"lines\":%s}}"
                        .formatted(steps, pauseMillis, JSON.writeValueAsString(lines.toString()));
        for (int i = 0; i < count; i++) {
            Wire.Answer answer = api.post("/jobs", body);
            if (answer.status() != 202) {
                throw new IllegalStateException("the host answered " + answer.status() + ": " + answer.text());
            }
            String id = JSON.readTree(answer.body()).get("id").asText();
            all.add(id);
            open.add(id);
        }
    }

    /** The number of jobs that are not known to have ended. */
    int open() {
        return open.size();
    }

    /** Looks at the jobs that have not ended, and at the results of those that have by now. */
    void look(AdminApi api) throws IOException {
        for (String id : List.copyOf(open)) {
            JsonNode job = JSON.readTree(AdminApi.good(api.get("/jobs/" + id)).body());
            String state = job.get("state").asText();
            if (!state.equals("queued") && !state.equals("running")) {
                open.remove(id);
                judge(api, id, state, job);
            }
        }
    }

    private void judge(AdminApi api, String id, String state, JsonNode job) throws IOException {
        if (!state.equals("succeeded")) {
            findings.wrong("job " + id + " is " + state + ": " + job);
            return;
        }
        List<Integer> done = new ArrayList<>();
        JSON.readTree(AdminApi.good(api.get("/jobs/" + id + "/result")).body()).forEach(step -> done.add(step.asInt()));
        findings.require(
                done.equals(IntStream.rangeClosed(1, steps).boxed().toList()),
                "job " + id + " has the result " + done + " (expected: each step from 1 to " + steps + " once)");
    }

    /** Waits until all have ended. */
    void await(ServerProcess host, Duration limit) throws IOException {
        AdminApi api = new AdminApi(host);
        long began = System.nanoTime();
        while (!open.isEmpty() && System.nanoTime() - began < limit.toNanos()) {
            look(api);
            ServerProcess.pause(POLL_MILLIS);
        }
        findings.require(open.isEmpty(), open.size() + " jobs have not ended within " + limit + ": " + open);
    }

    /** Looks again at every job: an end is an end. */
    void report(ServerProcess host) throws IOException {
        open.addAll(all);
        look(new AdminApi(host));
        findings.require(open.isEmpty(), open.size() + " jobs that had ended are open again");
        long begun = Files.readAllLines(lines).size();
        long needed = (long) all.size() * steps;
        Report.line("- jobs: " + all.size() + " of " + steps + " steps, each with the right result once");
        Report.line("- steps begun: " + begun + " for " + needed + "; those begun twice were cut off before their"
                + " checkpoint");
        findings.require(begun >= needed, "fewer steps were begun than are in the results");
    }
}
