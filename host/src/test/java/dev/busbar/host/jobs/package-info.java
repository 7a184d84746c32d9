@NullMarked
package dev.busbar.host.jobs;

import org.jspecify.annotations.NullMarked;
