package dev.busbar.rig;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/**
 * The sequence of requests, derived from the number of each request, so that every run sends the same. Half are GET and
 * half streamed POST, half on keep-alive and half on new connections; some are slow in the handler, some slow to send.
 */
public final class LoadPlan {
    private static final String SLOW = "slow";
    private static final String MOUNT = "/api/swap";
    private static final long SLOW_MILLIS = 300;
    private static final long SLOWER_MILLIS = 1_000;
    private static final long TRICKLE_MILLIS = 20;
    private static final int TRICKLING_OF_100 = 10;
    private static final int MAX_PIECES = 5;
    private static final int MAX_PIECE_BYTES = 2_000;

    private final int slowOf100;
    private final int slowerOf100;

    /**
     * A request and its expected response.
     *
     * @param kind the group of its latency: {@link Phase#FAST} if only the host determines it
     * @param fresh whether it uses a new connection
     * @param versioned whether the response names the jar that sent it
     */
    public record Planned(Wire.Call call, byte[] expected, String kind, boolean fresh, boolean versioned) {}

    /** A plan with a percentage of slow and of very slow handlers. */
    public LoadPlan(int slowOf100, int slowerOf100) {
        this.slowOf100 = slowOf100;
        this.slowerOf100 = slowerOf100;
    }

    /** The request with a number. */
    public Planned request(long number) {
        SplittableRandom random = new SplittableRandom(number * 0x9E3779B97F4A7C15L);
        boolean fresh = random.nextBoolean();
        String fields = fresh ? "Connection: close\r\n" : "";
        long sleep = sleep(random.nextInt(100));
        String query = sleep == 0 ? "" : "?sleep=" + sleep;
        if (random.nextBoolean()) {
            Wire.Call call = new Wire.Call("GET", MOUNT + "/item/" + number + query, fields, List.of(), 0);
            return new Planned(
                    call, Long.toString(number).getBytes(StandardCharsets.UTF_8), kind(sleep == 0), fresh, true);
        }
        boolean trickling = random.nextInt(100) < TRICKLING_OF_100;
        boolean echo = random.nextBoolean();
        List<byte[]> pieces = pieces(random);
        byte[] whole = join(pieces);
        Wire.Call call = new Wire.Call(
                "POST", MOUNT + (echo ? "/echo" : "/count") + query, fields, pieces, trickling ? TRICKLE_MILLIS : 0);
        return new Planned(call, echo ? whole : counted(whole), kind(sleep == 0 && !trickling), fresh, true);
    }

    private static String kind(boolean fast) {
        return fast ? Phase.FAST : SLOW;
    }

    private long sleep(int drawn) {
        if (drawn < slowerOf100) {
            return SLOWER_MILLIS;
        }
        return drawn < slowerOf100 + slowOf100 ? SLOW_MILLIS : 0;
    }

    private static List<byte[]> pieces(SplittableRandom random) {
        List<byte[]> pieces = new ArrayList<>();
        int count = 1 + random.nextInt(MAX_PIECES);
        for (int i = 0; i < count; i++) {
            byte[] piece = new byte[1 + random.nextInt(MAX_PIECE_BYTES)];
            random.nextBytes(piece);
            pieces.add(piece);
        }
        return pieces;
    }

    private static byte[] join(List<byte[]> pieces) {
        byte[] whole = new byte[pieces.stream().mapToInt(piece -> piece.length).sum()];
        int at = 0;
        for (byte[] piece : pieces) {
            System.arraycopy(piece, 0, whole, at, piece.length);
            at += piece.length;
        }
        return whole;
    }

    private static byte[] counted(byte[] whole) {
        CRC32 crc = new CRC32();
        crc.update(whole);
        return (whole.length + " " + crc.getValue()).getBytes(StandardCharsets.UTF_8);
    }
}
