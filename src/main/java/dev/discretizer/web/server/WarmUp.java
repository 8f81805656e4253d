package dev.discretizer.web.server;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

import javax.net.ssl.SSLSocketFactory;

import dev.discretizer.budget.RequestAttributes;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;

import org.jspecify.annotations.Nullable;

/**
 * Sends requests to the service's own port before the service is ready, so that the first
 * client does not wait for classes to be loaded and code to be compiled: each endpoint in
 * each format some times, then a short and cheap one of each format over and over, since
 * what every request runs is compiled after some thousand of them. Compilers take far
 * longer than readiness can wait, so the short ones go on in the background until a
 * client's first request. If the warm-up fails, the service starts nevertheless.
 *
 * <p>
 * All go over one connection at a time, whose requests the service takes one after the
 * other. So once the last one before readiness is answered all others have been counted,
 * and the meters made for them can be removed; from that one on they are not observed.
 *
 * <p>
 * A runner, since Spring Boot reports readiness after the last runner has returned.
 */
final class WarmUp implements ApplicationRunner, ApplicationListener<ContextClosedEvent> {

	private static final int SLOW = 5;

	/** Shortest time after which a request that hangs is broken off. */
	private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

	private static final String HEADER = "Discretizer-Warm-Up";

	private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

	/** Sent with each request of the warm-up, so that no client can imitate one. */
	private final String secret = UUID.randomUUID().toString();

	private final WarmUpSample.Source samples;

	private final Supplier<String> base;

	private final ServerSettings settings;

	private final @Nullable SSLSocketFactory tls;

	private final Runnable forget;

	/** Until the last request before readiness. */
	private volatile boolean observed = true;

	/** A client has come since then, or the service stops. */
	private volatile boolean ended;

	/** After the last request the secret is no longer accepted. */
	private volatile boolean over;

	/**
	 * Makes a warm-up.
	 * @param samples its requests
	 * @param base URL of the service on this machine, such as http://127.0.0.1:8080;
	 * asked for once the port is known
	 * @param settings how often and how long requests are sent; a slow machine gets
	 * {@value #SLOW} times the duration to send every request once
	 * @param tls connects to a service with TLS and trusts only its certificate; or null
	 * @param forget removes what the requests have counted
	 */
	WarmUp(WarmUpSample.Source samples, Supplier<String> base, ServerSettings settings, @Nullable SSLSocketFactory tls,
			Runnable forget) {
		this.samples = samples;
		this.base = base;
		this.settings = settings;
		this.tls = tls;
		this.forget = forget;
	}

	@Override
	public void run(ApplicationArguments arguments) {
		long begin = System.nanoTime();
		try {
			List<WarmUpSample> samples = this.samples.all();
			List<WarmUpSample> shortest = shortest(samples);
			send(samples, shortest, begin);
			Thread.ofPlatform().daemon().name("warm-up").start(() -> goOn(shortest));
		}
		catch (IOException | RuntimeException ex) {
			this.over = true;
			brokeOff(ex);
		}
		finally {
			this.forget.run();
		}
	}

	/** Sends as many requests as the time before readiness allows. */
	private void send(List<WarmUpSample> samples, List<WarmUpSample> shortest, long begin) throws IOException {
		long time = this.settings.warmUpTime().toNanos();
		int all = this.settings.warmUpRounds() * samples.size();
		// Time is looked at between requests; only what hangs is broken off
		try (WarmUpConnection connection = connection()) {
			int sent = 0;
			while (sent < all + this.settings.warmUpRequests()
					&& System.nanoTime() - begin < ((sent < samples.size()) ? SLOW : 1) * time) {
				connection
					.send((sent < all) ? samples.get(sent % samples.size()) : shortest.get(sent % shortest.size()));
				sent++;
			}
			this.observed = false;
			connection.send(shortest.getFirst());
			LOG.info("Warmed up with {} requests in {} ms", sent, (System.nanoTime() - begin) / 1_000_000);
		}
	}

	/** Sends short requests until a client comes, or the time for that is over. */
	private void goOn(List<WarmUpSample> shortest) {
		long begin = System.nanoTime();
		int sent = 0;
		try (WarmUpConnection connection = connection()) {
			long time = this.settings.warmUpIdle().toNanos();
			while (!this.ended && System.nanoTime() - begin < time) {
				connection.send(shortest.get(sent % shortest.size()));
				sent++;
			}
		}
		catch (IOException | RuntimeException ex) {
			// A service that stops refuses them
			if (!this.ended) {
				brokeOff(ex);
			}
		}
		finally {
			this.over = true;
			LOG.debug("Sent {} more in {} ms", sent, (System.nanoTime() - begin) / 1_000_000);
		}
	}

	private static void brokeOff(Exception ex) {
		LOG.warn("The warm-up broke off, the first requests will take longer: {}", ex.toString());
	}

	private WarmUpConnection connection() {
		Duration wait = this.settings.warmUpTime().multipliedBy(2 * SLOW);
		return new WarmUpConnection(URI.create(this.base.get()), this.tls, HEADER + ": " + this.secret + "\r\n",
				(wait.compareTo(SHORTEST_WAIT) < 0) ? SHORTEST_WAIT : wait);
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		this.ended = true;
	}

	/** The shortest of the cheap requests of each format. */
	private static List<WarmUpSample> shortest(List<WarmUpSample> samples) {
		Map<String, WarmUpSample> shortest = new LinkedHashMap<>();
		for (WarmUpSample sample : samples) {
			if (sample.isCheap()) {
				shortest.merge(sample.mediaType(), sample, (a, b) -> (b.length() < a.length()) ? b : a);
			}
		}
		return List.copyOf(shortest.values());
	}

	/**
	 * Marks a request that has the secret, compared in constant time. Any other is a
	 * client's, unless it is a probe.
	 */
	private void mark(HttpServletRequest request) {
		if (this.over) {
			return;
		}
		String header = request.getHeader(HEADER);
		if (header != null && MessageDigest.isEqual(this.secret.getBytes(StandardCharsets.ISO_8859_1),
				header.getBytes(StandardCharsets.ISO_8859_1))) {
			request.setAttribute(RequestAttributes.WARM_UP, true);
		}
		else if (!this.observed && !EndpointPaths.PROBES.contains(request.getServletPath())) {
			this.ended = true;
		}
	}

	/** Whether its requests are observed, as their meters will be removed. */
	boolean isObserved() {
		return this.observed;
	}

	/** Whether a request is one of the warm-up's. */
	static boolean isWarmUp(ServletRequest request) {
		return request.getAttribute(RequestAttributes.WARM_UP) != null;
	}

	/**
	 * Marks the requests of the warm-up.
	 */
	static final class MarkFilter implements Filter {

		private final WarmUp warmUp;

		MarkFilter(WarmUp warmUp) {
			this.warmUp = warmUp;
		}

		@Override
		public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			this.warmUp.mark((HttpServletRequest) request);
			chain.doFilter(request, response);
		}

	}

}
