package dev.discretizer.web.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

import dev.discretizer.budget.RequestAttributes;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

import org.jspecify.annotations.Nullable;

/**
 * Sends requests to the service's own port before the service is ready, so that the first
 * client does not wait for classes to be loaded and loops to be compiled: each endpoint
 * in each format once, then again for as long as the time allows. If the warm-up fails,
 * the service starts nevertheless.
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

	private final int rounds;

	private final Duration time;

	private final @Nullable SSLSocketFactory tls;

	/** After the last request the secret is no longer accepted. */
	private volatile boolean over;

	/**
	 * Makes a warm-up.
	 * @param samples its requests
	 * @param base URL of the service on this machine, such as http://127.0.0.1:8080;
	 * asked for once the port is known
	 * @param rounds largest number of times that every request is sent
	 * @param time duration; a slow machine gets {@value #SLOW} times that to send every
	 * request once
	 * @param tls connects to a service with TLS and trusts only its certificate; or null
	 */
	WarmUp(WarmUpSample.Source samples, Supplier<String> base, int rounds, Duration time,
			@Nullable SSLSocketFactory tls) {
		this.samples = samples;
		this.base = base;
		this.tls = tls;
		this.rounds = rounds;
		this.time = time;
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
		}
	}

	/** Returns the number of requests answered in time. */
	private int send(List<WarmUpSample> samples, long begin) throws IOException {
		String service = this.base.get();
		int sent = 0;
		try {
			for (; sent < this.rounds * samples.size(); sent++) {
				long time = ((sent < samples.size()) ? SLOW : 1) * this.time.toNanos();
				send(service, samples.get(sent % samples.size()), begin + time);
			}
		}
		catch (SocketTimeoutException ex) {
			LOG.debug("the time for the warm-up is over", ex);
		}
		return sent;
	}

	private void send(String service, WarmUpSample sample, long deadline) throws IOException {
		long left = (deadline - System.nanoTime()) / 1_000_000;
		if (left <= 0) {
			throw new SocketTimeoutException("before " + sample.target());
		}
		HttpURLConnection connection = (HttpURLConnection) URI.create(service + sample.target())
			.toURL()
			.openConnection(Proxy.NO_PROXY);
		if (this.tls != null && connection instanceof HttpsURLConnection https) {
			https.setSSLSocketFactory(this.tls);
			// The certificate itself is trusted, so its host name is not checked.
			https.setHostnameVerifier((host, session) -> true);
		}
		connection.setConnectTimeout((int) left);
		connection.setReadTimeout((int) left);
		connection.setRequestProperty(HttpHeaders.CONTENT_TYPE, sample.mediaType());
		connection.setRequestProperty(HEADER, this.secret);
		connection.setDoOutput(true);
		connection.setFixedLengthStreamingMode(sample.length());
		try (OutputStream out = connection.getOutputStream()) {
			sample.writeTo(out);
		}
		check(connection, sample);
	}

	private static void check(HttpURLConnection connection, WarmUpSample sample) throws IOException {
		int status = connection.getResponseCode();
		if (status != HttpStatus.OK.value()) {
			connection.disconnect();
			throw new IOException("%s is answered with %d, 200 is expected".formatted(sample.target(), status));
		}
		try (InputStream in = connection.getInputStream()) {
			in.transferTo(OutputStream.nullOutputStream());
		}
	}

	/** Whether a header equals the secret, compared in constant time. */
	private boolean sent(@Nullable String header) {
		return header != null && !this.over && MessageDigest.isEqual(this.secret.getBytes(StandardCharsets.ISO_8859_1),
				header.getBytes(StandardCharsets.ISO_8859_1));
	}

	/** Whether a request is one of the warm-up's. */
	static boolean isWarmUp(ServletRequest request) {
		return request.getAttribute(RequestAttributes.WARM_UP) != null;
	}

	/**
	 * Marks the requests of the warm-up.
	 */
	static final class MarkFilter extends OncePerRequestFilter {

		private final WarmUp warmUp;

		MarkFilter(WarmUp warmUp) {
			this.warmUp = warmUp;
		}

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			if (this.warmUp.sent(request.getHeader(HEADER))) {
				request.setAttribute(RequestAttributes.WARM_UP, true);
			}
			chain.doFilter(request, response);
		}

	}

}
