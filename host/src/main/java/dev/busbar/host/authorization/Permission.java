package dev.busbar.host.authorization;

import java.util.Optional;

/**
 * A permission: an action on a platform, or a pattern of such: {@code turbo:read}, {@code turbo:*},
 * {@code *:read}, {@code *:*}. A star for the platform stands for every platform but {@code host}, so rights over the
 * host itself are always named. Immutable.
 *
 * @param platform a plugin id, {@code host}, or a star
 * @param action {@code read}, {@code write}, an action of the platform, or a star
 */
record Permission(String platform, String action) {
    private static final String ANY = "*";
    private static final String HOST = "host";
    private static final int PART_LIMIT = 64;

    /** True if a text has the form of a permission. Called for each request, so without a regular expression. */
    static boolean isPermission(String text) {
        int colon = text.indexOf(':');
        return isPart(text, 0, colon) && isPart(text, colon + 1, text.length());
    }

    private static boolean isPart(String text, int from, int to) {
        int length = to - from;
        if (length < 1 || length > PART_LIMIT) {
            return false;
        }
        if (length == 1 && text.charAt(from) == '*') {
            return true;
        }
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            boolean letter = c >= 'a' && c <= 'z';
            boolean other = (c >= '0' && c <= '9') || c == '-';
            if (!letter && (i == from || !other)) {
                return false;
            }
        }
        return true;
    }

    /** @throws IllegalArgumentException when the text has not the form of a permission */
    static Permission parse(String text) {
        if (!isPermission(text)) {
            throw new IllegalArgumentException(
                    "permission: \"" + text + "\" (expected: <platform>:<action> in lower case, or * for either)");
        }
        int colon = text.indexOf(':');
        return new Permission(text.substring(0, colon), text.substring(colon + 1));
    }

    /** True if this permission includes another one. */
    boolean covers(Permission other) {
        return coversPlatform(other.platform) && (action.equals(ANY) || action.equals(other.action));
    }

    private boolean coversPlatform(String other) {
        return platform.equals(other) || (platform.equals(ANY) && !other.equals(HOST));
    }

    /** The permission that both include. */
    Optional<Permission> intersect(Permission other) {
        boolean actionsMeet = action.equals(other.action) || action.equals(ANY) || other.action.equals(ANY);
        if (!actionsMeet) {
            return Optional.empty();
        }
        String narrowerAction = action.equals(ANY) ? other.action : action;
        if (coversPlatform(other.platform)) {
            return Optional.of(new Permission(other.platform, narrowerAction));
        }
        return other.coversPlatform(platform)
                ? Optional.of(new Permission(platform, narrowerAction))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return platform + ":" + action;
    }
}
