package dev.discretizer.web;

import java.io.IOException;

import dev.discretizer.web.server.RequestId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Answers every failure that Spring sees with a problem.
 */
@RestControllerAdvice
class ProblemAdvice {

	private static final Log log = LogFactory.getLog(ProblemAdvice.class);

	@ExceptionHandler
	void handle(Throwable failure, HttpServletRequest request, HttpServletResponse response) throws IOException {
		Problem problem = Problems.of(failure, ApiRequestResolver.read(request));
		if (problem.status() == HttpStatus.INTERNAL_SERVER_ERROR) {
			log.error("request %s failed".formatted(RequestId.of(request)), failure);
		}
		ProblemWriter.write(problem, request, response);
	}

}
