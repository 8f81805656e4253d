package dev.discretizer.service;

import dev.discretizer.behaviour.CalibrationResult;

/**
 * A calibration, and the network discretized with the bounds it chose.
 *
 * @param calibration what was tried and chosen
 * @param query the options of a request that discretizes the network so
 * @param network with the chosen bounds
 */
public record CalibratedNetwork(CalibrationResult calibration, String query, NetworkResult network) {
}
