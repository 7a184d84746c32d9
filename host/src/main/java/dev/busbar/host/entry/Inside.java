package dev.busbar.host.entry;

/** A thread that is inside a generation's code. May be called from any thread. */
public interface Inside {
    /** What entered. */
    Entry.Kind kind();

    /** Describes it, with its stack. */
    RunningEntry describe();

    /** Interrupts it, if it is still there; an interrupt never reaches what the thread does afterwards. */
    void interrupt();
}
