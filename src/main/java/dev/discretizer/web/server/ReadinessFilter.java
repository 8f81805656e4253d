package dev.discretizer.web.server;

import java.io.IOException;

import dev.discretizer.budget.RequestAttributes;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Answers {@code /readyz} with a problem while the service does not take requests: before
 * its warm-up has got that far, and after it was told to stop.
 */
final class ReadinessFilter extends OncePerRequestFilter {

	static final String PATH = "/readyz";

	private final ApplicationAvailability availability;

	ReadinessFilter(ApplicationAvailability availability) {
		this.availability = availability;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (this.availability.getReadinessState() == ReadinessState.ACCEPTING_TRAFFIC) {
			chain.doFilter(request, response);
			return;
		}
		request.setAttribute(RequestAttributes.REFUSAL,
				"the service is not ready: it has just started, or is about to stop; "
						+ "try again after Retry-After seconds");
		response.sendError(HttpStatus.SERVICE_UNAVAILABLE.value());
	}

}
