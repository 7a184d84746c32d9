package dev.busbar.host.observe;

/** Reads the field {@code traceparent} of W3C Trace Context, version 00. Stateless. */
final class TraceParent {
    private static final int LENGTH = 55;
    private static final int TRACE = 3;
    private static final int PARENT = 36;
    private static final int FLAGS = 53;

    private TraceParent() {}

    /** The trace id in a field; empty when anything about the field is not as it has to be. */
    static String traceId(String field) {
        boolean fits = field.length() == LENGTH
                && field.startsWith("00-")
                && field.charAt(PARENT - 1) == '-'
                && field.charAt(FLAGS - 1) == '-'
                && isId(field, TRACE, PARENT - 1)
                && isId(field, PARENT, FLAGS - 1)
                && isHex(field, FLAGS, LENGTH);
        return fits ? field.substring(TRACE, PARENT - 1) : "";
    }

    /** Lower case hexadecimal, not all of it zero. */
    private static boolean isId(String field, int from, int to) {
        boolean zero = true;
        for (int i = from; i < to; i++) {
            zero &= field.charAt(i) == '0';
        }
        return !zero && isHex(field, from, to);
    }

    private static boolean isHex(String field, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = field.charAt(i);
            boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
            if (!hex) {
                return false;
            }
        }
        return true;
    }
}
