package dev.discretizer.web.openapi;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import dev.discretizer.budget.SlowBodyException;
import dev.discretizer.web.Problems;
import dev.discretizer.web.api.Problem;
import dev.discretizer.web.api.ResponseHeader;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import org.springframework.http.HttpStatus;

/**
 * Describes the answers to requests that fail, one for each status.
 */
final class ProblemComponents {

	private static final String PROBLEM = "Problem";

	/** The request id in the examples of problems. */
	static final String REQUEST_ID = "example-1";

	private static final String INSTANCE = "/api/v1/discretize/conv-spike";

	/** The statuses of failed operations in order, each with its reason. */
	static final Map<HttpStatus, String> STATUSES = statuses();

	private ProblemComponents() {
	}

	private static Map<HttpStatus, String> statuses() {
		Map<HttpStatus, String> statuses = new LinkedHashMap<>();
		statuses.put(HttpStatus.BAD_REQUEST,
				"The request is malformed: its JSON or bytes are broken, a name is unknown, "
						+ "missing or given twice, or shape and data disagree.");
		statuses.put(HttpStatus.NOT_ACCEPTABLE, "`Accept` excludes every format there is.");
		statuses.put(HttpStatus.REQUEST_TIMEOUT, "The body arrives too slowly.");
		statuses.put(HttpStatus.CONTENT_TOO_LARGE,
				"The request is over a limit; `detail` names the limit and the size.");
		statuses.put(HttpStatus.UNSUPPORTED_MEDIA_TYPE,
				"The body's media type is none of those there are, or it has a content coding.");
		statuses.put(HttpStatus.UNPROCESSABLE_CONTENT,
				"The request is well formed but impossible: a value is not finite, "
						+ "bits are out of range, a threshold is not above min_v_mem, there is no scale.");
		statuses.put(HttpStatus.SERVICE_UNAVAILABLE, "There is no room for the request now; safe to try again.");
		return statuses;
	}

	/** Adds references to all of them to an operation. */
	static void addTo(ApiResponses responses) {
		STATUSES.keySet().forEach((status) -> addTo(responses, status));
	}

	/** Adds a reference to one of them to an operation. */
	static void addTo(ApiResponses responses, HttpStatus status) {
		ApiResponse reference = new ApiResponse();
		reference.set$ref("#/components/responses/" + name(status));
		responses.addApiResponse(Integer.toString(status.value()), reference);
	}

	/** The components that operations refer to, by name. */
	static Map<String, ApiResponse> components() {
		Map<String, ApiResponse> components = new LinkedHashMap<>();
		STATUSES.forEach((status, description) -> components.put(name(status), response(status, description)));
		return components;
	}

	/** The name of a component, such as UnprocessableContent. */
	private static String name(HttpStatus status) {
		return status.getReasonPhrase().replace(" ", "");
	}

	private static ApiResponse response(HttpStatus status, String description) {
		Example example = new Example();
		example.setSummary(status.getReasonPhrase());
		example.setValue(example(status));
		MediaType media = new MediaType();
		media.addExamples("problem", example);
		ApiResponse response = response(description, media);
		if (status == HttpStatus.SERVICE_UNAVAILABLE) {
			response.addHeaderObject(ResponseHeader.RETRY_AFTER.label(),
					AnswerComponents.reference(ResponseHeader.RETRY_AFTER));
		}
		return response;
	}

	/** The answer if nothing exists at a path. */
	static ApiResponse notFound() {
		return response("Nothing has that name.", new MediaType());
	}

	private static ApiResponse response(String description, MediaType media) {
		media.setSchema(OpenApiSchema.ref(PROBLEM, null));
		Content content = new Content();
		content.addMediaType(Problem.MEDIA_TYPE, media);
		ApiResponse response = new ApiResponse();
		response.setDescription(description);
		response.setContent(content);
		response.addHeaderObject(ResponseHeader.REQUEST_ID.label(),
				AnswerComponents.reference(ResponseHeader.REQUEST_ID));
		response.addHeaderObject(ResponseHeader.VERSION.label(), AnswerComponents.reference(ResponseHeader.VERSION));
		return response;
	}

	/**
	 * A recorded answer; for failures that cannot be caused at will, an answer made here.
	 */
	private static JsonNode example(HttpStatus status) {
		return switch (status) {
			case REQUEST_TIMEOUT -> made(Problems.of(new SlowBodyException(421_888, Duration.ofSeconds(20), 65_536)));
			case SERVICE_UNAVAILABLE -> made(Problems.ofStatus(status));
			default -> Examples.answer(recording(status));
		};
	}

	private static JsonNode made(Problem problem) {
		return Json31.mapper().valueToTree(problem.document(INSTANCE, REQUEST_ID));
	}

	/** The name of the file that holds a recorded answer with a status. */
	static String recording(HttpStatus status) {
		return "problem-%d.json".formatted(status.value());
	}

	/** The component that describes all problems, by name. */
	static Map<String, OpenApiSchema> schemas() {
		return Map.of(PROBLEM, OpenApiSchema.members(Problem.OBJECT));
	}

	/** All statuses whose answers are recorded. */
	static List<HttpStatus> recorded() {
		return STATUSES.keySet()
			.stream()
			.filter((status) -> status != HttpStatus.REQUEST_TIMEOUT && status != HttpStatus.SERVICE_UNAVAILABLE)
			.toList();
	}

}
