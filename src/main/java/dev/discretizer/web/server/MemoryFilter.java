package dev.discretizer.web.server;

import java.io.IOException;
import java.util.Objects;

import dev.discretizer.budget.MemoryBudget;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Releases the memory that a request has reserved, however the request ends: after its
 * answer is written, since the answer is read from the request's own tensors, and before
 * the rest of a refused body is drained.
 */
public final class MemoryFilter implements Filter {

	private static final String RESERVATION = MemoryBudget.Reservation.class.getName();

	/** Closes the reservation when the request ends. */
	public static void keep(MemoryBudget.Reservation reservation, HttpServletRequest request) {
		request.setAttribute(RESERVATION, reservation);
	}

	/** The reservation of a request that was read. */
	public static MemoryBudget.Reservation reservation(HttpServletRequest request) {
		return (MemoryBudget.Reservation) Objects.requireNonNull(request.getAttribute(RESERVATION));
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		try {
			chain.doFilter(request, response);
		}
		finally {
			if (request.getAttribute(RESERVATION) instanceof MemoryBudget.Reservation reservation) {
				reservation.close();
			}
		}
	}

}
