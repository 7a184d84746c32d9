package dev.busbar.host.jobs;

/**
 * The progress of a run. Immutable.
 *
 * @param done how much is done
 * @param total how much there is to do; 0 where that is not known
 * @param message a message for people; empty for none
 */
record Progress(long done, long total, String message) {
    static final Progress NONE = new Progress(0, 0, "");

    private static final int MAX_MESSAGE = 500;

    /** The progress after a report; what is less than before is ignored. */
    Progress then(long nowDone, long nowTotal, String nowMessage) {
        if (nowDone < 0 || nowTotal < 0) {
            throw new IllegalArgumentException(
                    "job progress: " + nowDone + " of " + nowTotal + " (expected: 0 or more)");
        }
        return new Progress(Math.max(done, nowDone), nowTotal, cut(nowMessage));
    }

    /** At most 500 characters, none of them half of one, and no NUL, which PostgreSQL does not store. */
    private static String cut(String message) {
        String text = message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE);
        int last = text.length() - 1;
        boolean half = last >= 0 && Character.isHighSurrogate(text.charAt(last));
        return (half ? text.substring(0, last) : text).replace('\0', ' ');
    }
}
