package dev.busbar.host.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * The description of one operation. Never changed once it is created.
 *
 * @param path its path template, as a client sees it
 * @param method its method, in lower case
 * @param permission the permission that a caller needs; empty for a public route
 * @param description the Operation Object of OpenAPI
 */
record Operation(String path, String method, Optional<String> permission, ObjectNode description) {}
