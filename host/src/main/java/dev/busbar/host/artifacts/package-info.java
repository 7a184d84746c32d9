/**
 * Jars by their digest: the persistent copy in the store, the shadow copy that is loaded, and the operator's trust in each
 * (signatures, consent to public routes). No code of a plugin runs here. Entry type:
 * {@link dev.busbar.host.artifacts.ArtifactStore}.
 */
@NullMarked
package dev.busbar.host.artifacts;

import org.jspecify.annotations.NullMarked;
