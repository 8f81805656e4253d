package dev.discretizer.codec.json;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import dev.discretizer.codec.Encoded;
import dev.discretizer.tensor.DiscreteTensor;
import org.jspecify.annotations.Nullable;

/**
 * Answers as compact JSON in UTF-8, without a newline at the end.
 *
 * <p>
 * A document is a map in the order of its members, with values of String, Boolean,
 * Integer, Long, Float, Double, null, Map, List and {@link DiscreteTensor}. Floats are
 * written as the shortest decimals that give the same binary32 back, also those that are
 * whole, as 2.0 and -0.0. Numbers that are not finite, and values of other types, are an
 * error of the caller: {@link IllegalStateException}.
 */
public final class JsonDocument implements Encoded {

	private static final long UNKNOWN = -1;

	private final Map<String, ? extends @Nullable Object> document;

	private final TensorStyle style;

	private long length = UNKNOWN;

	private JsonDocument(Map<String, ? extends @Nullable Object> document, TensorStyle style) {
		this.document = document;
		this.style = style;
	}

	/**
	 * Makes an answer; nothing is computed yet.
	 * @param document shared, must not change any more
	 * @param style how its tensors are written
	 */
	public static Encoded encode(Map<String, ? extends @Nullable Object> document, TensorStyle style) {
		return new JsonDocument(document, style);
	}

	/**
	 * The text of a document, which is then in memory as a whole: for those without large
	 * tensors.
	 * @param style how its tensors are written
	 */
	public static String text(Map<String, ? extends @Nullable Object> document, TensorStyle style) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		try {
			encode(document, style).writeTo(out);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return out.toString(StandardCharsets.UTF_8);
	}

	/**
	 * {@inheritDoc}
	 *
	 * <p>
	 * Found by writing it all to nowhere once, so that only one code must be right.
	 */
	@Override
	public long length() {
		if (this.length == UNKNOWN) {
			try {
				this.length = write(OutputStream.nullOutputStream());
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return this.length;
	}

	@Override
	public void writeTo(OutputStream out) throws IOException {
		write(out);
	}

	private long write(OutputStream out) throws IOException {
		JsonText json = new JsonText(out);
		object(this.document, json);
		json.flush();
		return json.written();
	}

	private void value(@Nullable Object value, JsonText json) throws IOException {
		switch (value) {
			case null -> json.raw("null");
			case String text -> json.string(text);
			case Boolean bool -> json.raw(bool.toString());
			case Integer number -> json.number((int) number);
			case Long number -> json.raw(number.toString());
			case Float number -> json.number((float) number);
			case Double number -> json.number((double) number);
			case Map<?, ?> map -> object(map, json);
			case List<?> list -> array(list, json);
			case DiscreteTensor tensor -> new TensorText(tensor, json).write(this.style);
			default -> throw new IllegalStateException(value.getClass() + " cannot be written as JSON");
		}
	}

	private void object(Map<?, ?> map, JsonText json) throws IOException {
		json.raw('{');
		boolean first = true;
		for (Map.Entry<?, ?> member : map.entrySet()) {
			if (!first) {
				json.raw(',');
			}
			first = false;
			json.string((String) member.getKey());
			json.raw(':');
			value(member.getValue(), json);
		}
		json.raw('}');
	}

	private void array(List<?> list, JsonText json) throws IOException {
		json.raw('[');
		boolean first = true;
		for (Object value : list) {
			if (!first) {
				json.raw(',');
			}
			first = false;
			value(value, json);
		}
		json.raw(']');
	}

}
