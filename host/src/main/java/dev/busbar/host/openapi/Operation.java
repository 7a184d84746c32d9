package dev.busbar.host.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * One operation, described. Not changed any more once it is made.
 *
 * @param path its path template, as a client sees it
 * @param method its method, in lower case
 * @param permission what a caller needs; empty where anybody may call
 * @param description the Operation Object of OpenAPI
 */
record Operation(String path, String method, Optional<String> permission, ObjectNode description) {}
