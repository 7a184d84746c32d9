package dev.busbar.host.content;

import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.pipeline.Answer;
import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.RouteConcern;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * Compresses responses with gzip for clients that accept it (RFC 9110 section 12.5.3), except buffered responses below
 * 1 KiB. A streaming response is compressed as it is written, and a flush of its handler reaches the client. Called on
 * event-loop threads; compresses on the thread that sends the response.
 */
public final class ContentCodingInterceptor implements Interceptor, RouteConcern {
    private static final int BUFFER_BYTES = 8 * 1024;

    private final boolean enabled;

    /** An interceptor that compresses, if enabled. */
    public ContentCodingInterceptor(boolean enabled) {
        this.enabled = enabled;
    }

    /** Every route, if compression is enabled. */
    @Override
    public Optional<Interceptor> on(RouteContract route) {
        return enabled ? Optional.of(this) : Optional.empty();
    }

    @Override
    public void intercept(Invocation invocation, Next next) {
        List<String> accepted = invocation.exchange().headers("accept-encoding");
        invocation.reply().onAnswer(answer -> code(answer, accepted));
        next.proceed(invocation);
    }

    private static void code(Answer answer, List<String> accepted) {
        int status = answer.status();
        boolean empty = status == 204 || status == 205 || status == 206 || status == 304;
        if (empty || !ContentCodings.isWorth(answer)) {
            return;
        }
        answer.varyOn("accept-encoding");
        if (!accepted.isEmpty() && ContentCodings.acceptsGzip(accepted) && compress(answer)) {
            answer.field("content-encoding", "gzip");
            answer.remove("accept-ranges");
            String tag = answer.field("etag");
            if (tag != null) {
                answer.field("etag", EntityTags.weak(tag));
            }
        }
    }

    private static boolean compress(Answer answer) {
        if (!answer.isBuffered()) {
            answer.code(out -> new GZIPOutputStream(out, BUFFER_BYTES, true));
            return true;
        }
        byte[] known = answer.compressed();
        if (known != null && known.length == 0) {
            return false;
        }
        byte[] gzip = known == null ? ContentCodings.gzip(answer.body()) : known;
        if (gzip == null) {
            return false;
        }
        answer.body(gzip);
        return true;
    }
}
