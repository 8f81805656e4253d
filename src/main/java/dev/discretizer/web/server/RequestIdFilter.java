package dev.discretizer.web.server;

import java.io.IOException;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Puts the request's id and the version of the service on every answer.
 */
final class RequestIdFilter implements Filter {

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		HttpServletResponse answer = (HttpServletResponse) response;
		answer.setHeader(RequestId.HEADER, RequestId.of((HttpServletRequest) request));
		ServiceVersion.on(answer);
		answer.setHeader("X-Content-Type-Options", "nosniff");
		chain.doFilter(request, response);
	}

}
