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
 * The examples of the API, as {@code src/test/python/make_examples.py} wrote them: a body
 * for each, and what the service answers to those in JSON.
 *
 * <p>
 * Read with the mapper that writes the API's document, whose trees keep a null member:
 * nothing that serves a request comes here.
 */
final class Examples {

	/** Where the bodies are served. */
	static final String PATH = Endpoint.BASE + "/examples/";

	private static final ObjectMapper MAPPER = Json31.mapper();

	private final List<Example> examples;

	private Examples(List<Example> examples) {
		this.examples = examples;
	}

	/**
	 * One example in all formats it comes in.
	 *
	 * @param operation the endpoint's label
	 * @param name unique in its operation and format, in snake_case
	 * @param summary one line
	 * @param description what to look at in the answer
	 * @param files the body's file in each format, by the format's name in lower case
	 * @param query what a raw body needs in the query, or null
	 */
	record Example(String operation, String name, String summary, String description, Map<String, String> files,
			@Nullable Map<String, String> query) {

		/** The body's file in that format, or null when there is none. */
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
		return of(endpoint).filter((example) -> example.file(format) != null).toList();
	}

	private Stream<Example> of(Endpoint endpoint) {
		return this.examples.stream().filter((example) -> example.operation().equals(endpoint.label()));
	}

	/** A body in JSON. */
	static JsonNode body(String file) {
		return read("examples/" + file);
	}

	/** An answer, as the service once gave it; a test compares. */
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
