package dev.discretizer.web;

import dev.discretizer.web.api.Problem;
import java.io.IOException;

import dev.discretizer.codec.Encoded;
import dev.discretizer.codec.json.JsonDocument;
import dev.discretizer.codec.json.TensorStyle;
import dev.discretizer.web.server.RequestFacts;
import dev.discretizer.web.server.RequestId;
import dev.discretizer.web.server.ServiceVersion;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Writes problems for the advice, the error controller and Tomcat's error valve.
 */
final class ProblemWriter {

	private ProblemWriter() {
	}

	/**
	 * Writes a problem as the whole answer; does nothing if an answer has already begun.
	 * @throws IOException if the client closes the connection
	 */
	static void write(Problem problem, HttpServletRequest request, HttpServletResponse response) throws IOException {
		RequestFacts.of(request).problem(problem.code(), response.isCommitted());
		if (response.isCommitted()) {
			return;
		}
		String requestId = RequestId.of(request);
		response.resetBuffer();
		response.setStatus(problem.status().value());
		response.setHeader(RequestId.HEADER, requestId);
		ServiceVersion.on(response);
		problem.headers().forEach(response::setHeader);
		if (NotFoundPage.isFor(problem, request)) {
			NotFoundPage.write(instance(request), request, response);
			return;
		}
		response.setContentType(Problem.MEDIA_TYPE);
		Encoded body = JsonDocument.encode(problem.document(instance(request), requestId), TensorStyle.FLAT);
		response.setContentLengthLong(body.length());
		body.writeTo(response.getOutputStream());
		response.flushBuffer();
	}

	/** The path of the request; "/" if the request line had none. */
	private static String instance(HttpServletRequest request) {
		Object refused = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
		String uri = (refused instanceof String path) ? path : request.getRequestURI();
		return (uri != null && uri.startsWith("/")) ? uri : "/";
	}

}
