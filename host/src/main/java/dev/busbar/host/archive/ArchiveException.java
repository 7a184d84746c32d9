package dev.busbar.host.archive;

import java.io.IOException;

/** An archive that is damaged, forged, foreign or too new, or a key that does not fit. The message says which. */
public final class ArchiveException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param message the fault, with what was expected */
    public ArchiveException(String message) {
        super(message);
    }

    ArchiveException(String message, Throwable cause) {
        super(message, cause);
    }
}
