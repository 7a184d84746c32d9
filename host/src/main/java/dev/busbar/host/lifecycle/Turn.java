package dev.busbar.host.lifecycle;

import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The turn of one request about a plugin: it ends once, applied or refused, and then the next request has its turn.
 * Confined to the thread that decides.
 */
final class Turn {
    private final Intent.Request request;
    private final BiConsumer<Intent.Request, Optional<ChangeRefusedException>> ended;
    private boolean over;

    Turn(Intent.Request request, BiConsumer<Intent.Request, Optional<ChangeRefusedException>> ended) {
        this.request = request;
        this.ended = ended;
    }

    Intent.Request request() {
        return request;
    }

    /** The request was applied, or there is nothing to do about it. */
    void complete() {
        end(Optional.empty());
    }

    void refuse(ChangeRefusedException refused) {
        end(Optional.of(refused));
    }

    private void end(Optional<ChangeRefusedException> refused) {
        if (!over) {
            over = true;
            ended.accept(request, refused);
        }
    }
}
