package dev.busbar.turbo;

/** What the label of a row says. */
enum Truth {
    FAVOURABLE,
    UNFAVOURABLE,
    UNKNOWN
}
