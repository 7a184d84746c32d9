package dev.busbar.host.http;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http2.HTTP2Cipher;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of TLS listeners, reloaded when its files change. Open connections keep the certificate of their
 * handshake. {@link #look} may be called by any thread, concurrent calls are dropped; connectors use the factory from
 * any thread.
 */
final class ServerCertificate {
    private static final Logger LOG = LoggerFactory.getLogger(ServerCertificate.class);
    private static final Duration SOON = Duration.ofDays(14);
    private static final String PASSWORD = "in memory only";

    /** Only ciphers with forward secrecy and authenticated encryption. */
    private static final String[] CIPHERS = {
        "TLS_AES_.*", "TLS_CHACHA20_.*", "TLS_ECDHE_.*_GCM_.*", "TLS_ECDHE_.*_CHACHA20_.*"
    };

    private final HttpSettings.Tls files;
    private final SslContextFactory.Server factory = new SslContextFactory.Server();
    private final AtomicBoolean looking = new AtomicBoolean();
    private CertificateFiles current;
    private boolean complained;
    private Instant warnAfter = Instant.MIN;

    /**
     * Reads the files.
     *
     * @throws IllegalArgumentException when they cannot be used
     */
    ServerCertificate(HttpSettings.Tls files) {
        this.files = files;
        this.current = CertificateFiles.read(files);
        factory.setIncludeProtocols("TLSv1.2", "TLSv1.3");
        factory.setExcludeCipherSuites();
        factory.setIncludeCipherSuites(CIPHERS);
        factory.setCipherComparator(HTTP2Cipher.COMPARATOR);
        factory.setUseCipherSuitesOrder(true);
        factory.setRenegotiationAllowed(false);
        factory.setSniRequired(false);
        factory.setKeyStorePassword(PASSWORD);
        factory.setKeyStore(current.store(PASSWORD));
    }

    SslContextFactory.Server factory() {
        return factory;
    }

    /** Reloads the files if they have changed and match; otherwise the certificate stays, with one log entry. */
    void look(Instant now) {
        if (!looking.compareAndSet(false, true)) {
            return; // a slow disk
        }
        try {
            lookAlone(now);
        } finally {
            looking.set(false);
        }
    }

    private void lookAlone(Instant now) {
        try {
            if (!current.isStill(files)) {
                take(CertificateFiles.read(files));
            }
            complained = false;
        } catch (IOException | IllegalArgumentException e) {
            if (!complained) {
                complained = true;
                LOG.warn("the changed certificate is not usable, the previous one stays in use: {}", e.toString());
            }
        }
        warnOfEnd(now);
    }

    private void take(CertificateFiles next) {
        try {
            factory.reload(changed -> changed.setKeyStore(next.store(PASSWORD)));
        } catch (Exception e) { // declared by Jetty
            throw new IllegalArgumentException("the certificate could not be activated", e);
        }
        current = next;
        warnAfter = Instant.MIN;
        LOG.info("a new certificate is in use, valid until {}", current.end());
    }

    private void warnOfEnd(Instant now) {
        if (now.plus(SOON).isAfter(current.end()) && now.isAfter(warnAfter)) {
            warnAfter = now.plus(Duration.ofDays(1));
            LOG.warn("the certificate {} is only valid until {}", files.certificate(), current.end());
        }
    }
}
