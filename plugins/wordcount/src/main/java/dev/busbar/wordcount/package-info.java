/**
 * An example of lasting work: {@link dev.busbar.wordcount.WordcountPlatform} with a job, a schedule, documents and blobs.
 */
@NullMarked
package dev.busbar.wordcount;

import org.jspecify.annotations.NullMarked;
