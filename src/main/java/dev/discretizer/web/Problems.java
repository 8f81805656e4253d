package dev.discretizer.web;

import dev.discretizer.web.api.Problem;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

import dev.discretizer.behaviour.BiasNotSimulatedException;
import dev.discretizer.budget.BudgetExceededException;
import dev.discretizer.budget.BusyException;
import dev.discretizer.budget.ClientGoneException;
import dev.discretizer.budget.NoMemoryException;
import dev.discretizer.budget.SlowBodyException;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.Names;
import dev.discretizer.discretize.ImpossibleInputException;
import dev.discretizer.graph.MalformedNetworkException;
import dev.discretizer.graph.NetworkFault;
import dev.discretizer.graph.UnsupportedNetworkException;
import dev.discretizer.tensor.ImpossibleRecordingException;
import dev.discretizer.tensor.LimitExceededException;
import jakarta.servlet.ServletException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

import org.jspecify.annotations.Nullable;

/**
 * Maps failures to problems: the only place that chooses their statuses.
 */
public final class Problems {

	private static final String NO_ROOM = "there is no room for this request now; try again after Retry-After seconds";

	/**
	 * Largest number of errors in a problem: a network can have thousands of nodes, and
	 * each can be refused.
	 */
	private static final int MAX_ERRORS = 100;

	private Problems() {
	}

	/** The problem of a failure, independent of the request. */
	public static Problem of(Throwable failure) {
		return of(failure, null);
	}

	/**
	 * The problem of a failure.
	 * @param request the request, or null where it was not read to the end
	 */
	static Problem of(Throwable failure, @Nullable ApiRequest request) {
		return switch (failure) {
			case MalformedInputException ex ->
				Problem.of(HttpStatus.BAD_REQUEST, code(ex.cause()), ex.cause().title(), message(ex), ex.pointer());
			case ImpossibleInputException ex -> Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, code(ex.cause()),
					ex.cause().title(), message(ex), pointer(ex.field(), request));
			case ImpossibleRecordingException ex ->
				Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, code(ex.cause()), ex.cause().title(), message(ex));
			case BiasNotSimulatedException ex -> Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bias-not-simulated",
					"A bias cannot be simulated by events", message(ex), pointer(ex.layer() + ".bias", request));
			case MalformedNetworkException ex -> new Problem(HttpStatus.BAD_REQUEST, code(ex.cause()),
					ex.cause().title(), message(ex), errors(ex.faults(), request), Map.of());
			case UnsupportedNetworkException ex -> new Problem(HttpStatus.UNPROCESSABLE_CONTENT, "unsupported-network",
					"The network cannot be on a chip", message(ex), errors(ex.faults(), request), Map.of());
			case PartFailedException ex -> of(ex.failure(), ex.part()).detailed(message(ex));
			case UnknownDeviceException ex ->
				Problem.of(HttpStatus.NOT_FOUND, "not-found", "There is nothing here", message(ex));
			case LimitExceededException ex ->
				Problem.of(HttpStatus.CONTENT_TOO_LARGE, "limit-exceeded", "The request is over a limit", message(ex));
			case BudgetExceededException ex ->
				Problem.of(HttpStatus.CONTENT_TOO_LARGE, "limit-exceeded", "The request is over a limit", message(ex));
			case NoMemoryException ex -> unavailable(message(ex));
			case BusyException ex -> unavailable(message(ex));
			case ClientGoneException ex -> brokenTransfer(message(ex));
			case SlowBodyException ex -> slowBody(message(ex));
			case IOException ex -> ofTransfer(ex);
			case OutOfMemoryError error -> unavailable(NO_ROOM);
			// Spring wraps an Error in this exception.
			case ServletException ex when ex.getCause() instanceof Error error -> of(error, request);
			default -> ofSpring(failure);
		};
	}

	private static Problem ofSpring(Throwable failure) {
		return switch (failure) {
			case Negotiation.UnsupportedCodingException ex -> Problem
				.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-content-coding",
						"The content coding is not supported", message(ex))
				.with(HttpHeaders.ACCEPT_ENCODING, "identity");
			case HttpMediaTypeNotSupportedException ex ->
				Problem
					.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "The media type is not supported",
							message(ex))
					.with("Accept-Post", Negotiation.names(ex.getSupportedMediaTypes()));
			case HttpMediaTypeNotAcceptableException ex -> Problem.of(HttpStatus.NOT_ACCEPTABLE, "not-acceptable",
					"No acceptable format is available", notAcceptable(ex));
			case HttpRequestMethodNotSupportedException ex -> methodNotAllowed(ex);
			case NoResourceFoundException ex -> notFound();
			case NoHandlerFoundException ex -> notFound();
			case ErrorResponse ex -> ofStatus(HttpStatus.valueOf(ex.getStatusCode().value()));
			default -> ofStatus(HttpStatus.INTERNAL_SERVER_ERROR);
		};
	}

	/**
	 * The problem of a bare status, which the servlet container gives to requests that
	 * never reach a controller.
	 */
	public static Problem ofStatus(HttpStatus status) {
		return switch (status) {
			case BAD_REQUEST -> badRequest(
					"the request line, a header or the transfer coding is not what HTTP says, or is longer than 8 KiB");
			// Tomcat's statuses for errors that only a client can correct; a 5xx would
			// be counted as
			// a failure of the service.
			case NOT_IMPLEMENTED -> badRequest(
					"the transfer coding is none that is read here, chunked is expected; or the method is CONNECT");
			case HTTP_VERSION_NOT_SUPPORTED ->
				badRequest("the version of HTTP is none that is read here, 1.1 is expected");
			case EXPECTATION_FAILED -> badRequest("Expect has a value that is not known, 100-continue is expected");
			case UNAUTHORIZED -> Problem.of(status, "unauthorized", "The caller is not known", "a key is expected");
			case FORBIDDEN -> Problem.of(status, "forbidden", "The caller may not do this", "a right is missing");
			case NOT_FOUND -> notFound();
			case METHOD_NOT_ALLOWED ->
				methodNotAllowed("the method has no meaning here, one that Allow names is expected");
			case REQUEST_TIMEOUT -> slowBody("the request did not arrive in time");
			case SERVICE_UNAVAILABLE -> unavailable(NO_ROOM);
			case INTERNAL_SERVER_ERROR -> Problem.of(status, "internal-error", "The service failed",
					"this is a defect of the service; please report it with the request_id");
			default -> Problem.of(status, status.getReasonPhrase().toLowerCase(Locale.ROOT).replace(' ', '-'),
					status.getReasonPhrase(), "the request was refused before it reached the service");
		};
	}

	/**
	 * The problem of a request that is refused because of its caller.
	 * @param detail the reason
	 */
	static Problem ofRefusal(HttpStatus status, String detail) {
		Problem problem = ofStatus(status);
		return new Problem(status, problem.code(), problem.title(), detail, List.of(), problem.headers());
	}

	private static Problem ofTransfer(IOException failure) {
		if (failure instanceof InterruptedIOException) {
			return slowBody("the body: nothing arrived for too long");
		}
		return brokenTransfer("the body's transfer broke off or its chunks are malformed");
	}

	private static Problem brokenTransfer(String detail) {
		return Problem.of(HttpStatus.BAD_REQUEST, "broken-transfer", "The connection broke off", detail);
	}

	private static Problem slowBody(String detail) {
		return Problem.of(HttpStatus.REQUEST_TIMEOUT, "request-timeout", "The request arrives too slowly", detail)
			.with(HttpHeaders.CONNECTION, "close");
	}

	private static Problem unavailable(String detail) {
		// Jittered, so that clients refused together do not all return together.
		int seconds = ThreadLocalRandom.current().nextInt(1, 6);
		return Problem.of(HttpStatus.SERVICE_UNAVAILABLE, "unavailable", "The service is busy", detail)
			.with(HttpHeaders.RETRY_AFTER, Integer.toString(seconds));
	}

	private static Problem badRequest(String detail) {
		return Problem.of(HttpStatus.BAD_REQUEST, "bad-request", "The request is malformed", detail);
	}

	private static Problem notFound() {
		return Problem.of(HttpStatus.NOT_FOUND, "not-found", "There is nothing here",
				"no resource has this path; the API is described at /v3/api-docs and /swagger-ui.html");
	}

	private static Problem methodNotAllowed(HttpRequestMethodNotSupportedException ex) {
		List<String> allowed = (ex.getSupportedMethods() != null) ? List.of(ex.getSupportedMethods()) : List.of();
		return methodNotAllowed(
				"method is %s, one of %s is expected".formatted(ex.getMethod(), String.join(", ", allowed)))
			.with(HttpHeaders.ALLOW, String.join(", ", allowed));
	}

	private static Problem methodNotAllowed(String detail) {
		return Problem.of(HttpStatus.METHOD_NOT_ALLOWED, "method-not-allowed", "The method is not allowed", detail);
	}

	private static String notAcceptable(HttpMediaTypeNotAcceptableException ex) {
		return ex.getSupportedMediaTypes().isEmpty() ? message(ex)
				: "Accept excludes every format there is; available here: "
						+ Negotiation.names(ex.getSupportedMediaTypes());
	}

	private static String message(Throwable failure) {
		return String.valueOf(failure.getMessage());
	}

	private static String code(Enum<?> kind) {
		return Names.label(kind);
	}

	private static List<Problem.Error> errors(List<NetworkFault> faults, @Nullable ApiRequest request) {
		List<Problem.Error> errors = new ArrayList<>();
		for (NetworkFault fault : faults) {
			String pointer = pointer(fault, request);
			if (pointer != null && errors.size() < MAX_ERRORS) {
				errors.add(new Problem.Error(pointer, fault.toString()));
			}
		}
		return errors;
	}

	/** A pointer for nodes and tensors, which are in the body; null for parameters. */
	private static @Nullable String pointer(NetworkFault fault, @Nullable ApiRequest request) {
		String name = fault.name();
		if (name == null || request == null || request.network() == null
				|| fault.subject() == NetworkFault.Subject.PARAMETER) {
			return null;
		}
		return request.pointer(name, "");
	}

	private static @Nullable String pointer(@Nullable String field, @Nullable ApiRequest request) {
		return (field == null || request == null) ? null : request.pointer(field);
	}

}
