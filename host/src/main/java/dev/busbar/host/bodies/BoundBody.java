package dev.busbar.host.bodies;

import java.io.IOException;
import java.io.InputStream;

/**
 * The body of a request while it is bound to objects, which take several times its size: memory is taken of the budget
 * before bytes are read. Used by the thread of the handler; {@link #release} by the one that ends the request.
 */
public final class BoundBody {
    /** The memory of bound objects in relation to the size of their JSON, measured with maps of one short member. */
    static final int WEIGHT = 16;

    /** The max size of a body that takes nothing of the budget: what the threads of a platform bound. */
    static final int FREE_BYTES = 16 * 1024;

    private static final int STEP = 64 * 1024;
    private static final String WHAT = "the JSON body";

    private final BodyShare share;

    BoundBody(BodyShare share) {
        this.share = share;
    }

    /**
     * The body, to be read for binding.
     *
     * @param length the length of the body; -1 where it is unknown
     * @throws dev.busbar.plugin.ProblemException 413 or 503 where there is not enough memory, here or from a read
     */
    public InputStream over(InputStream body, long length) {
        if (length >= 0) {
            share.take(length * WEIGHT, WHAT);
            return body;
        }
        return new Counted(body);
    }

    /** Returns whether a body of a length may be bound without taking memory of the budget. */
    public static boolean isFree(long length) {
        return length >= 0 && length <= FREE_BYTES;
    }

    /** Returns the memory; later calls do nothing. */
    public void release() {
        share.release();
    }

    /** A body of unknown length, whose memory is taken in steps. */
    private final class Counted extends InputStream {
        private final InputStream in;
        private long left = FREE_BYTES;

        Counted(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = in.read(buffer, offset, length);
            left -= Math.max(0, count);
            while (left < 0) {
                share.take((long) STEP * WEIGHT, WHAT);
                left += STEP;
            }
            return count;
        }
    }
}
