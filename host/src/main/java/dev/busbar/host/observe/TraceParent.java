package dev.busbar.host.observe;

/** Parser of the header {@code traceparent} of W3C Trace Context, version 00. Stateless. */
final class TraceParent {
    private static final int LENGTH = 55;
    private static final int TRACE = 3;
    private static final int PARENT = 36;
    private static final int FLAGS = 53;

    private TraceParent() {}

    /** The trace id in the header; empty if the header is invalid in any way. */
    static String traceId(String header) {
        boolean fits = header.length() == LENGTH
                && header.startsWith("00-")
                && header.charAt(PARENT - 1) == '-'
                && header.charAt(FLAGS - 1) == '-'
                && isId(header, TRACE, PARENT - 1)
                && isId(header, PARENT, FLAGS - 1)
                && isHex(header, FLAGS, LENGTH);
        return fits ? header.substring(TRACE, PARENT - 1) : "";
    }

    /** Lower-case hexadecimal, not all zeros. */
    private static boolean isId(String header, int from, int to) {
        boolean zero = true;
        for (int i = from; i < to; i++) {
            zero &= header.charAt(i) == '0';
        }
        return !zero && isHex(header, from, to);
    }

    private static boolean isHex(String header, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = header.charAt(i);
            boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
            if (!hex) {
                return false;
            }
        }
        return true;
    }
}
