package dev.busbar.host.admin;

import dev.busbar.host.access.Requester;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.auditchain.AuditRecord;
import dev.busbar.host.auditchain.ChainStore;
import dev.busbar.host.auditcheck.Verification;
import dev.busbar.host.auditcheck.Verifier;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Routes of the audit log: queries, export, verification. Safe for any number of threads. */
final class AuditRoutes {
    private static final String PERMISSION = "host:audit";
    private static final Access AUDIT = Access.action("audit");
    private static final String NDJSON = "application/x-ndjson";
    private static final Duration LONG = Duration.ofMinutes(5);

    private final AuditTrail audit;
    private final ChainStore chains;
    private final Verifier verifier;

    AuditRoutes(AuditTrail audit, ChainStore chains, Verifier verifier) {
        this.audit = audit;
        this.chains = chains;
        this.verifier = verifier;
    }

    List<Route> routes() {
        return List.of(
                declared(Route.get("/admin/audit", this::find))
                        .access(AUDIT)
                        .deadline(LONG)
                        .summary("Audit records, the latest first; or all matching records as NDJSON")
                        .returns(Object.class)
                        .produces("application/json", NDJSON),
                Route.get("/admin/audit/verify", request -> Response.json(verifier.verify()))
                        .access(AUDIT)
                        .deadline(LONG)
                        .summary("Verify the chains of the audit log")
                        .returns(Verification.class));
    }

    private static Route declared(Route route) {
        Route declared = route;
        for (Parameter<?> parameter : AuditParameters.FILTERS) {
            declared = declared.parameter(parameter);
        }
        for (Parameter<?> parameter : AuditParameters.PAGING) {
            declared = declared.parameter(parameter);
        }
        return declared;
    }

    private Response find(Request request) {
        AuditParameters parameters = AuditParameters.of(request);
        if (parameters.isExport()) {
            return export(request, parameters.filter());
        }
        List<AuditRecord> found = chains.latest(parameters.filter(), parameters.before(), parameters.limit() + 1);
        List<AuditRecord> page = found.subList(0, Math.min(found.size(), parameters.limit()));
        Optional<String> next = found.size() > page.size()
                ? Optional.of(AuditParameters.cursor(page.get(page.size() - 1).place()))
                : Optional.empty();
        String records = page.stream().map(AuditRecord::toJson).collect(Collectors.joining(",", "[", "]"));
        String json = "{\"records\":" + records
                + next.map(cursor -> ",\"next\":\"" + cursor + "\"").orElse("") + "}";
        return Response.bytes("application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /** Exports the matching records; the export itself is audited first, so it is among them if it matches. */
    private Response export(Request request, AuditRecord.Filter filter) {
        Map<String, String> asked = new TreeMap<>();
        for (Parameter<?> each : AuditParameters.FILTERS) {
            request.query(each.name()).ifPresent(value -> asked.put(each.name(), value));
        }
        Requester by = Requester.current(request, PERMISSION);
        audit.append(AuditEvent.done("audit.export", by.actor(), "audit:records", asked));
        StreamPermit permit = new StreamPermit(() -> by.isStillPermitted(PERMISSION), System::nanoTime);
        return Response.stream(NDJSON, out -> write(filter, permit, out));
    }

    private void write(AuditRecord.Filter filter, StreamPermit permit, OutputStream to) throws IOException {
        BufferedOutputStream out = new BufferedOutputStream(to, 1 << 16);
        try {
            chains.export(filter, record -> line(permit, out, record));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        out.flush();
    }

    private static void line(StreamPermit permit, OutputStream out, AuditRecord record) {
        try {
            permit.require();
            out.write((record.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Permission to go on with a streaming response, which a slow reader may draw out for minutes: asked at most once a second.
     * For one thread.
     */
    static final class StreamPermit {
        private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

        private final BooleanSupplier permitted;
        private final LongSupplier nanos;
        private long askedNanos;

        /** @param permitted true while the caller may still have the response */
        StreamPermit(BooleanSupplier permitted, LongSupplier nanos) {
            this.permitted = permitted;
            this.nanos = nanos;
            this.askedNanos = nanos.getAsLong();
        }

        /** @throws IOException when the caller may not have the rest of the response */
        void require() throws IOException {
            long now = nanos.getAsLong();
            if (now - askedNanos >= INTERVAL_NANOS) {
                askedNanos = now;
                if (!permitted.getAsBoolean()) {
                    throw new IOException("the credential of the caller has ended, or has lost its permission");
                }
            }
        }
    }
}
