package dev.discretizer.security;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import org.springdoc.core.customizers.OpenApiCustomizer;

/**
 * Adds the credentials of the configured mode to the API's document, so that Swagger UI
 * asks for them. The committed document is that of the mode none.
 */
final class SecurityDocument implements OpenApiCustomizer {

	private final Mode mode;

	SecurityDocument(Mode mode) {
		this.mode = mode;
	}

	@Override
	public void customise(OpenAPI document) {
		schemes().forEach((name, scheme) -> document.getComponents().addSecuritySchemes(name, scheme));
		document
			.setSecurity(schemes().keySet().stream().map((name) -> new SecurityRequirement().addList(name)).toList());
		addAnswer("401", "Unauthorized", "Nobody says who sends this, or the service does not know them.", document);
		if (this.mode == Mode.JWT) {
			addAnswer("403", "Forbidden", "The token lacks a scope.", document);
		}
	}

	private Map<String, SecurityScheme> schemes() {
		SecurityScheme bearer = new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer");
		if (this.mode == Mode.JWT) {
			return Map.of("token",
					bearer.bearerFormat("JWT").description("An access token that the service's issuer has signed."));
		}
		return new TreeMap<>(Map.of("key", bearer.description("The secret of a key."), "keyHeader",
				new SecurityScheme().type(SecurityScheme.Type.APIKEY)
					.in(SecurityScheme.In.HEADER)
					.name(Caller.KEY_HEADER)
					.description("The same, for clients that cannot set Authorization.")));
	}

	/** Adds an answer that every operation may have. */
	private static void addAnswer(String status, String name, String description, OpenAPI document) {
		document.getComponents().addResponses(name, problem(description));
		ApiResponse reference = new ApiResponse().$ref("#/components/responses/" + name);
		document.getPaths()
			.values()
			.stream()
			.flatMap((path) -> path.readOperations().stream())
			.forEach((operation) -> operation.getResponses().addApiResponse(status, reference));
	}

	private static ApiResponse problem(String description) {
		Schema<?> schema = new Schema<>();
		schema.set$ref("#/components/schemas/Problem");
		Header challenge = new Header().description("What to send, as RFC 6750 has it.")
			.schema(new Schema<>().types(Set.of("string")));
		return new ApiResponse().description(description)
			.content(new Content().addMediaType("application/problem+json", new MediaType().schema(schema)))
			.headers(Map.of("WWW-Authenticate", challenge));
	}

}
