package dev.busbar.host.pipeline;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Assigns each request its correlation id: the client's {@code X-Correlation-ID} where it is well formed, else a new
 * UUID of version 7 (RFC 9562 section 5.7), so that ids sort by time. Thread-safe.
 */
public final class CorrelationInterceptor implements Interceptor {
    /** The header of requests and responses. */
    public static final String HEADER = "X-Correlation-ID";

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final Clock clock;

    /** An interceptor whose ids have the time of a clock. */
    public CorrelationInterceptor(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        invocation.correlationId(name(invocation.exchange().headers(HEADER)));
        next.proceed(invocation);
    }

    /** The client's correlation id where it is well formed, else a new one. */
    public String name(List<String> sent) {
        return sent.size() == 1 && fits(sent.get(0)) ? sent.get(0) : newName();
    }

    private static boolean fits(String id) {
        if (id.length() < 8 || id.length() > 128) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            boolean ok = letter || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
            if (!ok) {
                return false;
            }
        }
        return true;
    }

    private String newName() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = (clock.millis() << 16) | 0x7000 | (random.nextLong() & 0xfff);
        long low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        char[] text = new char[36];
        int at = 0;
        for (int digit = 0; digit < 32; digit++) {
            if (digit == 8 || digit == 12 || digit == 16 || digit == 20) {
                text[at++] = '-';
            }
            long half = digit < 16 ? high : low;
            text[at++] = HEX[(int) (half >>> (60 - 4 * (digit & 15))) & 15];
        }
        return new String(text);
    }
}
