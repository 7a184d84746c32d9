package dev.busbar.host.issuers;

import dev.busbar.host.jwt.KeySet;
import dev.busbar.host.outbound.AddressGuard;
import dev.busbar.host.outbound.Download;
import dev.busbar.host.outbound.OutboundHttp;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** A key set at a URL. Fetched by one thread at a time; aborted by any. */
final class KeyDownload implements KeyFetch {
    private static final OutboundHttp.Timeouts TIMEOUTS =
            new OutboundHttp.Timeouts(Duration.ofSeconds(3), Duration.ofSeconds(3));

    private final Download download;

    KeyDownload(URI uri, AddressGuard guard) {
        this.download = OutboundHttp.of(guard, TIMEOUTS)
                .download(uri, "application/jwk-set+json, application/json", KeySet.MAX_BYTES);
    }

    @Override
    public byte[] fetch() throws IOException {
        return download.fetch();
    }

    @Override
    public void abort() {
        download.abort();
    }
}
