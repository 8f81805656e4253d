package dev.discretizer.config;

import java.time.Duration;

import dev.discretizer.web.server.ServerSettings;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the service receives requests, starts and stops.
 *
 * @param socketBody whether bodies of known length, from 32 KiB on and without TLS, are
 * read from the socket past Tomcat's buffers; off, large bodies get slower, none may
 * pause for 5 s, and a Host with an underscore is refused, as by Tomcat itself
 * @param log what is logged
 * @param warmUp requests to itself before and shortly after it is ready
 * @param shutdown how the service stops
 */
@ConfigurationProperties("discretizer")
record ServerProperties(@DefaultValue("true") boolean socketBody, @DefaultValue Log log, @DefaultValue WarmUp warmUp,
		@DefaultValue Shutdown shutdown) {

	/**
	 * What is logged.
	 *
	 * @param requests whether each request gets one line: who, what, how much, how long,
	 * with what outcome; never contents
	 */
	record Log(@DefaultValue("true") boolean requests) {
	}

	/**
	 * Requests of the service to itself before and shortly after it is ready, so that the
	 * first ones of a client are not slow.
	 *
	 * @param enabled whether the service sends itself requests before and shortly after
	 * it is ready
	 * @param rounds how often each request is sent at most; more than two made the first
	 * request of a client no faster
	 * @param requests how many short requests are sent after that at most, by which code
	 * that all requests run is compiled
	 * @param time how long the warm-up keeps the service from being ready; a slow machine
	 * may take five times that to send each request once
	 * @param idle how long short requests go on once the service is ready, so that Java's
	 * compilers get further; a client's first request ends them, a probe does not
	 * @param only whether the service ends after the warm-up, as it does to train an AOT
	 * cache
	 */
	record WarmUp(@DefaultValue("true") boolean enabled, @DefaultValue("2") int rounds,
			@DefaultValue("2000") int requests, @DefaultValue("4s") Duration time, @DefaultValue("10s") Duration idle,
			@DefaultValue("false") boolean only) {
	}

	/**
	 * How the service stops.
	 *
	 * @param drain how long connections are still accepted after readiness went down
	 */
	record Shutdown(@DefaultValue("5s") Duration drain) {
	}

	ServerSettings toSettings() {
		return new ServerSettings(this.socketBody, this.log.requests(), this.warmUp.rounds(), this.warmUp.requests(),
				this.warmUp.time(), this.warmUp.idle(), this.shutdown.drain());
	}

}
