package dev.busbar.host.observe;

import java.util.Set;

/** Bounded label values in place of those that clients or plugins choose. Stateless. */
final class Labels {
    /** The platform and the route of a request that matched none. */
    static final String UNMATCHED = "_unmatched";

    /** An unregistered method or status. */
    static final String OTHER = "_OTHER";

    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");
    /** Statuses registered with IANA; others are reported by their class. */
    private static final Set<Integer> STATUSES = Set.of(
            100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 307,
            308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422,
            423, 424, 425, 426, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511);

    private Labels() {}

    static String method(String token) {
        return METHODS.contains(token) ? token : OTHER;
    }

    static String status(int code) {
        if (STATUSES.contains(code)) {
            return Integer.toString(code);
        }
        return code >= 100 && code < 600 ? code / 100 + "xx" : OTHER;
    }
}
