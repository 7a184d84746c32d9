package dev.busbar.bench;

import dev.busbar.rig.Machine;
import dev.busbar.rig.ServerProcess;
import java.lang.management.ManagementFactory;

/** CPU time since a moment, by server, this process and everything else. */
final class CpuWatch {
    private static final double QUIET_SHARE = 0.05;

    private final Machine machine;
    private final ServerProcess server;
    private final long beginNanos;
    private final long ownBefore;
    private final long serverBefore;
    private final long busyBefore;

    /**
     * The CPU time used since.
     *
     * @param othersNanos used by other processes
     */
    record Reading(long elapsedNanos, long serverNanos, long othersNanos) {
        /** Whether other processes used less than a twentieth of a core. */
        boolean isQuiet() {
            return othersNanos < QUIET_SHARE * elapsedNanos;
        }
    }

    /** Starts now. */
    CpuWatch(Machine machine, ServerProcess server) {
        this.machine = machine;
        this.server = server;
        this.ownBefore = ownNanos();
        this.serverBefore = server.cpuNanos();
        this.busyBefore = machine.busyNanos();
        this.beginNanos = System.nanoTime();
    }

    Reading read() {
        long elapsed = System.nanoTime() - beginNanos;
        long used = server.cpuNanos() - serverBefore;
        return new Reading(elapsed, used, machine.busyNanos() - busyBefore - used - (ownNanos() - ownBefore));
    }

    private static long ownNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }
}
