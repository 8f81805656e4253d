package dev.discretizer.web.openapi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.swagger.v3.core.util.Json31;
import org.jspecify.annotations.Nullable;
import dev.discretizer.web.api.Endpoint;
import dev.discretizer.web.api.Format;
import org.springframework.core.io.ClassPathResource;

/**
 * The examples of the API, written by {@code src/test/python/make_examples.py}: for each
 * a body, and for bodies in JSON the service's answer.
 *
 * <p>
 * Read with the mapper that writes the API's document, whose trees keep members that are
 * null: no request is served with these trees.
 */
final class Examples {

	/** The path under which the bodies are served. */
	static final String PATH = Endpoint.BASE + "/examples/";

	private static final ObjectMapper MAPPER = Json31.mapper();

	private final List<Example> examples;

	private Examples(List<Example> examples) {
		this.examples = examples;
	}

	/**
	 * One example in all its formats.
	 *
	 * @param operation the endpoint's label
	 * @param name unique in its operation and format, in snake_case
	 * @param summary one line
	 * @param description what to look at in the answer
	 * @param files the body's file in each format, by the format's name in lower case
	 * @param query the query for a raw body or a form, or null
	 * @param parts the files of a form, by part; null for other bodies
	 */
	record Example(String operation, String name, String summary, String description, Map<String, String> files,
			@Nullable Map<String, String> query, @Nullable Map<String, List<String>> parts) {

		/** The body's file in a format, or null if there is none. */
		@Nullable String file(Format format) {
			return this.files.get(format.label());
		}

		/** The name of the file that holds the answer to the body in JSON. */
		String answerFile() {
			return this.operation + "-" + this.name.replace('_', '-') + ".json";
		}

	}

	/** Reads the index. */
	static Examples load() {
		try (InputStream in = new ClassPathResource("examples/index.json").getInputStream()) {
			return new Examples(MAPPER.readValue(in, new TypeReference<List<Example>>() {
			}));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The examples of an endpoint in one format. */
	List<Example> of(Endpoint endpoint, Format format) {
		return of(endpoint)
			.filter((example) -> (format == Format.MULTIPART) ? example.parts() != null : example.file(format) != null)
			.toList();
	}

	private Stream<Example> of(Endpoint endpoint) {
		return this.examples.stream().filter((example) -> example.operation().equals(endpoint.label()));
	}

	/** A body in JSON. */
	static JsonNode body(String file) {
		return read("examples/" + file);
	}

	/** A recorded answer of the service; a test compares it with the present answer. */
	static JsonNode answer(String file) {
		return read("answers/" + file);
	}

	private static JsonNode read(String path) {
		try (InputStream in = new ClassPathResource(path).getInputStream()) {
			return MAPPER.readTree(in);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
