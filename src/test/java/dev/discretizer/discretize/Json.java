package dev.discretizer.discretize;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * A JSON value of a fixture whose numbers are kept as text, so that a decimal becomes a
 * float in one rounding and -0.0 keeps its sign.
 */
public final class Json {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	/** A map, a list, the text of a string or number, a Boolean, or null. */
	private final @Nullable Object value;

	private Json(@Nullable Object value) {
		this.value = value;
	}

	/** The values in a gzipped resource, one a line. */
	public static List<Json> lines(String resource) {
		List<Json> lines = new ArrayList<>();
		try (InputStream in = Objects.requireNonNull(Json.class.getResourceAsStream(resource), resource);
				BufferedReader reader = new BufferedReader(
						new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8))) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				lines.add(parse(line));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return lines;
	}

	static Json parse(String text) {
		try (JsonParser parser = MAPPER.createParser(text)) {
			parser.nextToken();
			return new Json(read(parser));
		}
	}

	static Json parse(Reader reader) {
		try (JsonParser parser = MAPPER.createParser(reader)) {
			parser.nextToken();
			return new Json(read(parser));
		}
	}

	private static @Nullable Object read(JsonParser parser) {
		return switch (parser.currentToken()) {
			case START_OBJECT -> object(parser);
			case START_ARRAY -> array(parser);
			case VALUE_TRUE -> true;
			case VALUE_FALSE -> false;
			case VALUE_NULL -> null;
			default -> parser.getString();
		};
	}

	private static Map<String, Json> object(JsonParser parser) {
		Map<String, Json> members = new LinkedHashMap<>();
		while (parser.nextToken() != JsonToken.END_OBJECT) {
			String name = parser.currentName();
			parser.nextToken();
			members.put(name, new Json(read(parser)));
		}
		return members;
	}

	private static List<Json> array(JsonParser parser) {
		List<Json> items = new ArrayList<>();
		while (parser.nextToken() != JsonToken.END_ARRAY) {
			items.add(new Json(read(parser)));
		}
		return items;
	}

	/** A member that must be there. */
	public Json at(String name) {
		return Objects.requireNonNull(members().get(name), name);
	}

	boolean has(String name) {
		return members().containsKey(name);
	}

	@SuppressWarnings("unchecked")
	public Map<String, Json> members() {
		return (Map<String, Json>) present();
	}

	@SuppressWarnings("unchecked")
	List<Json> items() {
		return (List<Json>) present();
	}

	private Object present() {
		return Objects.requireNonNull(this.value, "null in the fixture");
	}

	public boolean isNull() {
		return this.value == null;
	}

	boolean isObject() {
		return this.value instanceof Map;
	}

	public String text() {
		return (String) present();
	}

	public boolean asBoolean() {
		return (Boolean) present();
	}

	public long asLong() {
		return Long.parseLong(text());
	}

	public int asInt() {
		return Integer.parseInt(text());
	}

	float asFloat() {
		return Float.parseFloat(text());
	}

	public double asDouble() {
		return Double.parseDouble(text());
	}

	float[] floats() {
		float[] floats = new float[items().size()];
		for (int i = 0; i < floats.length; i++) {
			floats[i] = items().get(i).asFloat();
		}
		return floats;
	}

	/** Integers, which may be written as 2.0 too. */
	int[] ints() {
		int[] ints = new int[items().size()];
		for (int i = 0; i < ints.length; i++) {
			ints[i] = Math.toIntExact((long) items().get(i).asDouble());
		}
		return ints;
	}

	public Shape shape() {
		return Shape.of(items().stream().mapToLong(Json::asLong).toArray());
	}

	/** The tensor of a {@code {"shape", "data"}}, or of rank 0 of a number, or null. */
	public @Nullable FloatTensor tensor() {
		if (isNull()) {
			return null;
		}
		return (this.value instanceof String) ? FloatTensor.scalar(asFloat())
				: FloatTensor.of(at("shape").shape(), at("data").floats());
	}

	/** The same where null would be an error of the fixture. */
	public FloatTensor givenTensor() {
		return Objects.requireNonNull(tensor());
	}

}
