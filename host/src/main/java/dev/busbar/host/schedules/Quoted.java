package dev.busbar.host.schedules;

/** A rejected value, quoted in the message that says so. Stateless. */
final class Quoted {
    private static final int MAX_SHOWN = 64;

    private Quoted() {}

    /** A value in quotes, shortened if it is long, without control characters. */
    static String of(String value) {
        String shown = value.length() <= MAX_SHOWN ? value : value.substring(0, MAX_SHOWN) + "…";
        String suffix = value.length() <= MAX_SHOWN ? "" : " of " + value.length() + " characters";
        return '"' + shown.replaceAll("\\p{Cntrl}", "?") + '"' + suffix;
    }
}
