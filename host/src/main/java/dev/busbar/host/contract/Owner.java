package dev.busbar.host.contract;

/** The part of the process whose code answers a route. Immutable. */
public sealed interface Owner {
    /** The id of the host among platforms, which no plugin may have. */
    String HOST_ID = "host";

    /** The platform's id; {@link #HOST_ID} for the host. */
    String id();

    /** The number that tells the answering generation from others in logs, metrics and problems; 0 for the host. */
    long generationNumber();

    /** The host itself, which has no generations. */
    record Host() implements Owner {
        @Override
        public String id() {
            return HOST_ID;
        }

        @Override
        public long generationNumber() {
            return 0;
        }
    }

    /**
     * One generation of a platform.
     *
     * @param id the platform's id
     * @param generation the generation's number, unique in the life of the host
     */
    record Platform(String id, long generation) implements Owner {
        @Override
        public long generationNumber() {
            return generation;
        }
    }
}
