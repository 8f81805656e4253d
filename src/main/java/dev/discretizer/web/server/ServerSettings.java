package dev.discretizer.web.server;

import java.time.Duration;

/**
 * Settings of the server, which {@code config} binds from properties.
 *
 * @param socketBody whether large bodies are read directly from the socket, bypassing
 * Tomcat's buffers
 * @param logRequests whether each request is logged
 * @param warmUpRounds largest number of times that each request of the warm-up is sent
 * @param warmUpRequests largest number of short requests that the warm-up sends then
 * @param warmUpTime how long the warm-up keeps the service from being ready
 * @param warmUpIdle how long it goes on after that while no client comes
 * @param drain how long connections are still accepted after the service was told to stop
 */
public record ServerSettings(boolean socketBody, boolean logRequests, int warmUpRounds, int warmUpRequests,
		Duration warmUpTime, Duration warmUpIdle, Duration drain) {
}
