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

import org.jspecify.annotations.Nullable;

/**
 * Sends requests to the service's own port before the service is ready, so that the first
 * client does not wait for classes to be loaded and code to be compiled: each endpoint in
 * each format some times, then a short and cheap one of each format over and over, since
 * what every request runs is compiled after some thousand of them. If the warm-up fails,
 * the service starts nevertheless.
 *
 * <p>
 * All go over one connection, whose requests the service takes one after the other. So
 * once the last one is answered all others have been counted, and the meters made for
 * them can be removed.
 *
 * <p>
 * A runner, since Spring Boot reports readiness after the last runner has returned.
 */
final class WarmUp implements ApplicationRunner {

	private static final int SLOW = 5;

	private static final String HEADER = "Discretizer-Warm-Up";

	private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

	/** Sent with each request of the warm-up, so that no client can imitate one. */
	private final String secret = UUID.randomUUID().toString();

	private final WarmUpSample.Source samples;

	private final Supplier<String> base;

	private final ServerSettings settings;

	private final @Nullable SSLSocketFactory tls;

	private final Runnable forget;

	/** The last request is not observed. */
	private volatile boolean last;

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
			int sent = send(this.samples.all(), begin);
			LOG.info("Warmed up with {} requests in {} ms", sent, (System.nanoTime() - begin) / 1_000_000);
		}
		catch (IOException | RuntimeException ex) {
			LOG.warn("The warm-up broke off, the first requests will take longer: {}", ex.toString());
		}
		finally {
			this.over = true;
			this.forget.run();
		}
	}

	/** Returns the number of requests that the time allowed. */
	private int send(List<WarmUpSample> samples, long begin) throws IOException {
		Duration time = this.settings.warmUpTime();
		int all = this.settings.warmUpRounds() * samples.size();
		List<WarmUpSample> shortest = shortest(samples);
		// Time is looked at between requests; only what hangs is broken off
		try (WarmUpConnection connection = new WarmUpConnection(URI.create(this.base.get()), this.tls,
				HEADER + ": " + this.secret + "\r\n", time.multipliedBy(2 * SLOW))) {
			int sent = 0;
			while (sent < all + this.settings.warmUpRequests()
					&& System.nanoTime() - begin < ((sent < samples.size()) ? SLOW : 1) * time.toNanos()) {
				connection
					.send((sent < all) ? samples.get(sent % samples.size()) : shortest.get(sent % shortest.size()));
				sent++;
			}
			this.last = true;
			connection.send(shortest.getFirst());
			return sent;
		}
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

	/** Whether a header equals the secret, compared in constant time. */
	private boolean sent(@Nullable String header) {
		return header != null && !this.over && MessageDigest.isEqual(this.secret.getBytes(StandardCharsets.ISO_8859_1),
				header.getBytes(StandardCharsets.ISO_8859_1));
	}

	/** Whether the last request is under way, or was. */
	boolean isLast() {
		return this.last;
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
			if (this.warmUp.sent(((HttpServletRequest) request).getHeader(HEADER))) {
				request.setAttribute(RequestAttributes.WARM_UP, true);
			}
			chain.doFilter(request, response);
		}

	}

}
