package dev.busbar.host.generation;

import dev.busbar.core.JsonCodec;
import dev.busbar.host.entry.Door;
import dev.busbar.host.entry.Doors;
import dev.busbar.host.jobs.GenerationJobs;
import dev.busbar.host.routing.RouteCompiler;
import dev.busbar.host.state.States;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The connections of generations to the rest of the host. Immutable.
 *
 * @param compiler prepares routes to be published
 * @param platforms makes the calls to other platforms
 * @param jobs makes their jobs
 * @param schedules takes the schedules that they declare
 * @param doors creates the doors into their code
 * @param states lends them the lasting state of their platforms
 */
public record Connections(
        RouteCompiler compiler,
        PlatformsFactory platforms,
        JobsFactory jobs,
        ScheduleBoard schedules,
        Doors doors,
        States states) {
    /**
     * A schedule that a platform declares, without an object of the platform. Immutable.
     *
     * @param cron five fields; empty where there is an interval
     * @param interval an ISO 8601 duration; empty where there is a cron expression
     * @param request the JSON of the request of each job
     * @param makeUp the max number of missed times that are made up for one by one; 0 for what {@code missed} says
     */
    public record DeclaredSchedule(
            String name,
            String type,
            String request,
            Optional<String> cron,
            Optional<String> interval,
            String zone,
            String missed,
            int makeUp,
            String overlap,
            String jitter) {}

    /** The schedules of platforms; implemented by {@code Host}. May be called from any thread; does not block. */
    public interface ScheduleBoard {
        /**
         * Checks a schedule that a generation declares.
         *
         * @throws dev.busbar.plugin.ProblemException that names value and expectation
         */
        void check(DeclaredSchedule schedule);

        /**
         * Takes the schedules of the generation that has become the primary one of its platform, in place of those before.
         *
         * @param asked the permissions that its manifest requests
         */
        void replace(String platform, List<String> asked, List<DeclaredSchedule> schedules);
    }

    /** Creates the jobs of one generation. Called on its lane. */
    @FunctionalInterface
    public interface JobsFactory {
        /**
         * Creates the jobs of one generation.
         *
         * @param door the door into its code
         * @param asked the permissions that its manifest requests
         * @param json its binding
         * @param hiding masks secrets of its configuration in a text
         */
        GenerationJobs create(Door door, List<String> asked, JsonCodec json, UnaryOperator<String> hiding);
    }
}
