package dev.discretizer.web;

import dev.discretizer.web.api.Problem;
import java.io.IOException;

import dev.discretizer.web.server.RequestId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Answers every failure that Spring sees with a problem.
 */
@RestControllerAdvice
class ProblemAdvice {

	private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

	@ExceptionHandler
	void handle(Throwable failure, HttpServletRequest request, HttpServletResponse response) throws IOException {
		Problem problem = Problems.of(failure, ApiRequestResolver.read(request));
		if (problem.status() == HttpStatus.INTERNAL_SERVER_ERROR) {
			LOG.error("request {} failed", RequestId.of(request), failure);
		}
		ProblemWriter.write(problem, request, response);
	}

}
