package dev.discretizer.device;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

import dev.discretizer.tensor.Shape;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what {@code make_device_fixtures.py} wrote.
 */
final class Fixtures {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private Fixtures() {
	}

	/** The values in a gzipped resource, one a line. */
	static List<JsonNode> lines(String resource) {
		try (InputStream in = Objects.requireNonNull(Fixtures.class.getResourceAsStream(resource), resource);
				BufferedReader reader = new BufferedReader(
						new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8))) {
			return reader.lines().map(MAPPER::readTree).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static List<Integer> ints(JsonNode array) {
		return array.valueStream().map(JsonNode::asInt).toList();
	}

	static Shape shape(JsonNode array) {
		return Shape.of(array.valueStream().mapToLong(JsonNode::asLong).toArray());
	}

}
