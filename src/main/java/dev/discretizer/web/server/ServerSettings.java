package dev.discretizer.web.server;

import java.time.Duration;

/**
 * Settings of the server, as {@code config} binds them from properties.
 *
 * @param socketBody whether large bodies are read from the socket past Tomcat's buffers
 * @param logRequests whether each request is logged
 * @param warmUpRounds how often each request of the warm-up is sent at most
 * @param warmUpTime how long the warm-up lasts
 * @param drain how long connections are still accepted after the service was told to stop
 */
public record ServerSettings(boolean socketBody, boolean logRequests, int warmUpRounds, Duration warmUpTime,
		Duration drain) {
}
