package dev.discretizer.web;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import dev.discretizer.codec.Field;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.RequestValues;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.web.api.JsonType;
import dev.discretizer.web.api.RequestField;
import org.jspecify.annotations.Nullable;

/**
 * Reads a query string strictly: every parameter must be known and occur once, and
 * numbers must be written as in JSON. {@link #checkAllTaken} refuses parameters that
 * belong to no field that was read.
 */
final class QueryReader {

	private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

	private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]*)");

	private final Map<String, String> parameters = new LinkedHashMap<>();

	private final List<String> asked = new ArrayList<>();

	/**
	 * Splits a query string into parameters.
	 * @param query as in the request line, or null for none
	 */
	QueryReader(@Nullable String query) {
		if (query == null || query.isEmpty()) {
			return;
		}
		for (String pair : query.split("&", -1)) {
			int equals = pair.indexOf('=');
			String name = decode((equals < 0) ? pair : pair.substring(0, equals));
			String value = decode((equals < 0) ? "" : pair.substring(equals + 1));
			if (this.parameters.putIfAbsent(name, value) != null) {
				throw new MalformedInputException(Cause.DUPLICATE_NAME, null,
						"query parameter %s is given twice, once is expected (values of a list have commas in between, "
							.formatted(name) + "as in shape=2,3)");
			}
		}
	}

	private static String decode(String text) {
		try {
			return URLDecoder.decode(text, StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			throw new MalformedInputException(Cause.MALFORMED, null,
					"the query has a broken percent-encoding, %XX with two hexadecimal digits is expected");
		}
	}

	/** Reads all fields that the query contains. */
	void read(List<RequestField<?>> fields, RequestValues dest) {
		for (RequestField<?> field : fields) {
			Object value = (field.type() instanceof JsonType.MapOf<?> family) ? numbers(family.prefix() + ".", field)
					: value(field);
			if (value != null) {
				dest.put(field, value);
			}
		}
	}

	private @Nullable Object value(RequestField<?> field) {
		this.asked.add(field.name());
		String text = this.parameters.get(field.name());
		return (text != null) ? value(field, text) : null;
	}

	/**
	 * Reads all parameters that begin with a prefix.
	 * @param prefix such as "min_v_mem."; a name that is not empty must follow it
	 * @return Float or Double by name, according to the field's kind, or null for none
	 */
	private @Nullable Map<String, Number> numbers(String prefix, Field field) {
		Map<String, Number> numbers = new LinkedHashMap<>();
		this.parameters.forEach((name, text) -> {
			if (name.startsWith(prefix) && name.length() > prefix.length()) {
				this.asked.add(name);
				String number = number(name, text);
				numbers.put(name.substring(prefix.length()),
						(field.kind() == Field.Kind.FLOAT64) ? (Number) Double.valueOf(number) : Float.valueOf(number));
			}
		});
		return numbers.isEmpty() ? null : numbers;
	}

	private static Object value(Field field, String text) {
		return switch (field.kind()) {
			case TENSOR -> FloatTensor.scalar(Float.parseFloat(number(field.name(), text)));
			case FLOAT32 -> Float.parseFloat(number(field.name(), text));
			case FLOAT64 -> Double.parseDouble(number(field.name(), text));
			case INTEGER -> integer(field, text);
			case BOOLEAN -> bool(field, text);
			case TEXT -> text;
		};
	}

	private static String number(String name, String text) {
		if (!NUMBER.matcher(text).matches()) {
			throw wrong(name, text, "a number");
		}
		return text;
	}

	private static long integer(Field field, String text) {
		if (!INTEGER.matcher(text).matches()) {
			throw wrong(field.name(), text, "an integer");
		}
		try {
			return Long.parseLong(text);
		}
		catch (NumberFormatException ex) {
			return text.startsWith("-") ? Long.MIN_VALUE : Long.MAX_VALUE;
		}
	}

	private static boolean bool(Field field, String text) {
		return switch (text) {
			case "true" -> true;
			case "false" -> false;
			// Python's requests writes str(True).
			case "True", "False" -> throw wrong(field.name(), text, "true or false, in small letters,");
			default -> throw wrong(field.name(), text, "true or false");
		};
	}

	private static MalformedInputException wrong(String name, String text, String expected) {
		return new MalformedInputException(Cause.WRONG_TYPE, null,
				"query parameter %s is \"%s\", %s is expected".formatted(name, text, expected));
	}

	/**
	 * Refuses parameters that no field has read.
	 */
	void checkAllTaken() {
		for (String name : this.parameters.keySet()) {
			if (!this.asked.contains(name)) {
				throw new MalformedInputException(Cause.UNKNOWN_MEMBER, null,
						"query parameter \"%s\" is unknown here, one of %s is expected".formatted(name,
								String.join(", ", this.asked)));
			}
		}
	}

}
