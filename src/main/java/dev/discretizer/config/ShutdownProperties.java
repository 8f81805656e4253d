package dev.discretizer.config;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the service stops.
 *
 * @param drain how long connections are still accepted after readiness went down
 */
@ConfigurationProperties("discretizer.shutdown")
record ShutdownProperties(@DefaultValue("5s") Duration drain) {
}
