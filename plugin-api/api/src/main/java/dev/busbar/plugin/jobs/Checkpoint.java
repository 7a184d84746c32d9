package dev.busbar.plugin.jobs;

import dev.busbar.plugin.TypeRef;

/** The checkpoint that a run of a job continues from. Immutable; may be read from any thread. */
public interface Checkpoint {
    /** The schema that it was written with: one of those that the job type declares to read. */
    int schema();

    /**
     * The state that was saved, bound to a type with type arguments.
     *
     * @throws IllegalArgumentException when it does not fit the type
     */
    <S> S as(TypeRef<S> type);

    /**
     * The state that was saved.
     *
     * @throws IllegalArgumentException when it does not fit the type
     */
    default <S> S as(Class<S> type) {
        return as(TypeRef.of(type));
    }
}
