package dev.discretizer.budget;

import java.time.Duration;

/**
 * How long the service still accepts connections after it was told to stop, so that load
 * balancers and clients with open connections can go elsewhere.
 *
 * @param duration zero for none
 */
public record DrainPeriod(Duration duration) {
}
