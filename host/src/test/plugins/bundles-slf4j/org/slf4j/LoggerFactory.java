package org.slf4j;

/** Stands for an own copy of slf4j, which nobody may come to see. */
public final class LoggerFactory {
    private LoggerFactory() {}

    public static Logger getLogger(String name) {
        throw new IllegalStateException("the plugin's own slf4j is in use");
    }
}
