package dev.discretizer.codec.json;

import java.io.IOException;
import java.io.Writer;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Collects the characters of one string of bounded length. Jackson's own bound applies to
 * all strings, base64 included, so it cannot be this low.
 */
final class Text extends Writer {

	/** The longest text, in chars. All that is known is far shorter. */
	static final int LONGEST = 1024;

	private final StringBuilder text = new StringBuilder();

	private final String name;

	private final String pointer;

	private Text(String name, String pointer) {
		this.name = name;
		this.pointer = pointer;
	}

	/**
	 * The text of the string the parser stands on.
	 * @param name what messages call it
	 * @throws MalformedInputException if the parser stands on something else, or the text
	 * is longer than {@link #LONGEST}
	 */
	static String read(JsonParser parser, String name, String pointer) throws IOException {
		if (parser.currentToken() != JsonToken.VALUE_STRING) {
			throw new MalformedInputException(Cause.WRONG_TYPE, pointer,
					"%s: %s found, a string expected".formatted(name, Shown.token(parser)));
		}
		Text text = new Text(name, pointer);
		parser.readString(text);
		return text.text.toString();
	}

	@Override
	public void write(char[] chars, int from, int count) {
		if (count > LONGEST - this.text.length()) {
			throw new MalformedInputException(Cause.WRONG_TYPE, this.pointer,
					"%s: a string of over %d characters found, a shorter one expected".formatted(this.name, LONGEST));
		}
		this.text.append(chars, from, count);
	}

	@Override
	public void flush() {
	}

	@Override
	public void close() {
	}

}
