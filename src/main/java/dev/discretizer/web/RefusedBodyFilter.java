package dev.discretizer.web;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Reads and throws away what is left of a refused body, after the answer is sent: a
 * client that sends everything before it reads would otherwise get a reset connection in
 * place of its answer. Bounded in bytes and time; what is left then is Tomcat's to cut.
 */
final class RefusedBodyFilter extends OncePerRequestFilter {

	private static final Duration LONGEST = Duration.ofSeconds(60);

	private final long mostBytes;

	/**
	 * Makes the filter.
	 * @param mostBytes how much of a body is read at most
	 */
	RefusedBodyFilter(long mostBytes) {
		this.mostBytes = mostBytes;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		chain.doFilter(request, response);
		if (response.getStatus() >= HttpStatus.BAD_REQUEST.value() && response.isCommitted()) {
			drain(request.getInputStream());
		}
	}

	private void drain(ServletInputStream body) {
		long deadline = System.nanoTime() + LONGEST.toNanos();
		byte[] waste = new byte[8192];
		long left = this.mostBytes;
		try {
			while (left > 0 && System.nanoTime() < deadline && !body.isFinished()) {
				int read = ((InputStream) body).read(waste);
				if (read < 0) {
					return;
				}
				left -= read;
			}
		}
		catch (IOException ex) {
			// The client has gone, or never spoke HTTP: it has its answer.
			this.logger.debug("a refused body broke off", ex);
		}
	}

}
