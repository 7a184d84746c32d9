package dev.busbar.host.inbox;

/** The state of a file in a plugin folder. Immutable. */
sealed interface FileState {
    /** The kinds of states. */
    enum Phase {
        APPEARING,
        SUBMITTED,
        SETTLED,
        REFUSED,
        MISSING,
        POSTPONED
    }

    /** The kind of this state. */
    Phase phase();

    /** The state without what is only for a while: its absence, a postponement, or a change under way. */
    default FileState lasting() {
        return this;
    }

    /** The state of a file that is in the folder. */
    default FileState present() {
        return this;
    }

    /** New, changed, or to be looked at again: it is looked at once it is unchanged for long enough. */
    record Appearing() implements FileState {
        @Override
        public Phase phase() {
            return Phase.APPEARING;
        }
    }

    /**
     * A change that it has requested is under way.
     *
     * @param pluginId the plugin to change
     * @param before the state to return to where the change is not made
     * @param again whether it has to be looked at again whatever comes of the change
     */
    record Submitted(String pluginId, FileState before, boolean again) implements FileState {
        @Override
        public Phase phase() {
            return Phase.SUBMITTED;
        }

        @Override
        public FileState lasting() {
            return before.lasting();
        }

        @Override
        public FileState present() {
            return new Submitted(pluginId, before.present(), again);
        }
    }

    /** Applied, or refused beside what runs: there is nothing to do until it changes. */
    record Settled() implements FileState {
        @Override
        public Phase phase() {
            return Phase.SETTLED;
        }
    }

    /**
     * Not a jar that can be installed.
     *
     * @param untrusted whether only the signature of a trusted signer is missing
     */
    record Refused(boolean untrusted) implements FileState {
        @Override
        public Phase phase() {
            return Phase.REFUSED;
        }
    }

    /** Not in the folder. */
    record Missing(long sinceNanos, FileState before) implements FileState {
        @Override
        public Phase phase() {
            return Phase.MISSING;
        }

        @Override
        public FileState lasting() {
            return before.lasting();
        }

        @Override
        public FileState present() {
            return before;
        }
    }

    /** Left alone for a while: the host could not deal with it. */
    record Postponed(long untilNanos, FileState before) implements FileState {
        @Override
        public Phase phase() {
            return Phase.POSTPONED;
        }

        @Override
        public FileState lasting() {
            return before.lasting();
        }

        @Override
        public FileState present() {
            return new Postponed(untilNanos, before.present());
        }
    }
}
