/**
 * Requests that wait without a thread, in the one {@link dev.busbar.host.parking.ParkingLot} of the host: bounded, each
 * with its own deadline, and each resumed, failed or expired exactly once. A feature that lets requests wait keeps no set,
 * timer or pool of its own.
 */
@NullMarked
package dev.busbar.host.parking;

import org.jspecify.annotations.NullMarked;
