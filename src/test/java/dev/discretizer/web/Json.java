package dev.discretizer.web;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A value of a JSON text as RFC 8259 has it, read strictly and independently of what the
 * service uses. Numbers keep their text, so that each is rounded once to the type that a
 * test asks for, and a negative zero stays one.
 */
final class Json {

	private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

	/** Map, List, String, Number's text, Boolean, or null. */
	private final @Nullable Object value;

	/** The text of a number, apart from the text of a string. */
	private record NumberText(String text) {

		@Override
		public String toString() {
			return this.text;
		}

	}

	private Json(@Nullable Object value) {
		this.value = value;
	}

	/** Reads a text in UTF-8. */
	static Json parse(byte[] utf8) {
		try {
			return parse(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString());
		}
		catch (CharacterCodingException ex) {
			throw new AssertionError("not UTF-8", ex);
		}
	}

	static Json parse(String text) {
		return new Parser(text).document();
	}

	/** The member at the end of a path of names; each must be there. */
	Json get(String... path) {
		Json at = this;
		for (String name : path) {
			Json next = at.members().get(name);
			if (next == null) {
				throw new AssertionError("no member " + name + " in " + at.members().keySet());
			}
			at = next;
		}
		return at;
	}

	boolean has(String name) {
		return members().containsKey(name);
	}

	@SuppressWarnings("unchecked")
	Map<String, Json> members() {
		return (Map<String, Json>) as(Map.class);
	}

	@SuppressWarnings("unchecked")
	List<Json> elements() {
		return (List<Json>) as(List.class);
	}

	boolean isArray() {
		return this.value instanceof List;
	}

	boolean isObject() {
		return this.value instanceof Map;
	}

	boolean isNull() {
		return this.value == null;
	}

	String text() {
		return as(String.class);
	}

	boolean bool() {
		return as(Boolean.class);
	}

	/** The text of a number as it was written. */
	String number() {
		return as(NumberText.class).text();
	}

	long integer() {
		return Long.parseLong(number());
	}

	double binary64() {
		return Double.parseDouble(number());
	}

	/** The number rounded once to binary32. */
	float binary32() {
		return Float.parseFloat(number());
	}

	private <T> T as(Class<T> type) {
		if (!type.isInstance(this.value)) {
			throw new AssertionError("no " + type.getSimpleName() + " but " + this.value);
		}
		return type.cast(this.value);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof Json json && Objects.equals(this.value, json.value);
	}

	@Override
	public int hashCode() {
		return Objects.hashCode(this.value);
	}

	/** As JSON; strings of tests need no escapes but those two. */
	@Override
	public String toString() {
		return switch (this.value) {
			case String text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
			case List<?> elements -> String.join(",", elements.stream().map(Object::toString).toList())
				.transform((text) -> "[" + text + "]");
			case Map<?, ?> members ->
				String
					.join(",",
							members.entrySet()
								.stream()
								.map((member) -> "\"" + member.getKey() + "\":" + member.getValue())
								.toList())
					.transform((text) -> "{" + text + "}");
			case null, default -> String.valueOf(this.value);
		};
	}

	private static final class Parser {

		private final String text;

		private final Matcher numbers;

		private int at;

		Parser(String text) {
			this.text = text;
			this.numbers = NUMBER.matcher(text);
		}

		Json document() {
			Json value = value();
			if (next() != 0) {
				throw wrong("the end");
			}
			return value;
		}

		private Json value() {
			return switch (next()) {
				case '{' -> object();
				case '[' -> array();
				case '"' -> new Json(string());
				case 't' -> literal("true", true);
				case 'f' -> literal("false", false);
				case 'n' -> literal("null", null);
				default -> number();
			};
		}

		private Json object() {
			Map<String, Json> members = new LinkedHashMap<>();
			this.at++;
			for (boolean first = true; !accept('}'); first = false) {
				if (!first) {
					expect(',');
				}
				next();
				String name = string();
				expect(':');
				if (members.put(name, value()) != null) {
					throw wrong("no second " + name);
				}
			}
			return new Json(members);
		}

		private Json array() {
			List<Json> elements = new ArrayList<>();
			this.at++;
			for (boolean first = true; !accept(']'); first = false) {
				if (!first) {
					expect(',');
				}
				elements.add(value());
			}
			return new Json(elements);
		}

		private String string() {
			expect('"');
			StringBuilder string = new StringBuilder();
			while (this.text.charAt(this.at) != '"') {
				char c = this.text.charAt(this.at++);
				if (c < ' ') {
					throw wrong("no control character");
				}
				string.append((c == '\\') ? escape() : c);
			}
			this.at++;
			return string.toString();
		}

		private char escape() {
			char c = this.text.charAt(this.at++);
			int plain = "\"\\/bfnrt".indexOf(c);
			if (plain >= 0) {
				return "\"\\/\b\f\n\r\t".charAt(plain);
			}
			if (c != 'u') {
				throw wrong("an escape");
			}
			this.at += 4;
			return (char) Integer.parseInt(this.text.substring(this.at - 4, this.at), 16);
		}

		private Json number() {
			this.numbers.region(this.at, this.text.length());
			if (!this.numbers.lookingAt()) {
				throw wrong("a value");
			}
			this.at = this.numbers.end();
			return new Json(new NumberText(this.numbers.group()));
		}

		private Json literal(String word, @Nullable Object value) {
			if (!this.text.startsWith(word, this.at)) {
				throw wrong(word);
			}
			this.at += word.length();
			return new Json(value);
		}

		/** The next character that is no white space, 0 at the end. */
		private char next() {
			while (this.at < this.text.length() && " \t\r\n".indexOf(this.text.charAt(this.at)) >= 0) {
				this.at++;
			}
			return (this.at < this.text.length()) ? this.text.charAt(this.at) : 0;
		}

		private boolean accept(char wanted) {
			boolean found = next() == wanted;
			this.at += found ? 1 : 0;
			return found;
		}

		private void expect(char wanted) {
			if (!accept(wanted)) {
				throw wrong("'" + wanted + "'");
			}
		}

		private AssertionError wrong(String expected) {
			int from = Math.max(0, this.at - 40);
			return new AssertionError("JSON: %s expected at %d, after: %s".formatted(expected, this.at,
					this.text.substring(from, Math.min(this.text.length(), this.at + 40))));
		}

	}

}
