package dev.discretizer.web;

import dev.discretizer.web.api.Problem;
import java.io.IOException;

import dev.discretizer.budget.RequestAttributes;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Answers with a problem if a servlet or filter sends a bare status, or if a body ends
 * early.
 */
@RestController
@Hidden
class ProblemErrorController implements ErrorController {

	@RequestMapping("${spring.web.error.path:/error}")
	void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
		ProblemWriter.write(problem(request), request, response);
	}

	private static Problem problem(HttpServletRequest request) {
		// Tomcat takes over the answer when reading a body fails, in any reader.
		if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof IOException failure) {
			return Problems.of(failure, null);
		}
		Object code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
		HttpStatus status = (code instanceof Integer value) ? HttpStatus.resolve(value) : HttpStatus.NOT_FOUND;
		if (status != null && request.getAttribute(RequestAttributes.REFUSAL) instanceof String detail) {
			return Problems.ofRefusal(status, detail);
		}
		return Problems.ofStatus((status != null) ? status : HttpStatus.BAD_REQUEST);
	}

}
