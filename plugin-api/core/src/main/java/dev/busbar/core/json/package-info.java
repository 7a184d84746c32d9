/**
 * Serializers and deserializers of single values, used by {@link dev.busbar.core.JsonCodec} alone, and the check of the types of responses. Entry type:
 * {@link dev.busbar.core.json.FiniteNumbers}.
 */
@NullMarked
package dev.busbar.core.json;

import org.jspecify.annotations.NullMarked;
