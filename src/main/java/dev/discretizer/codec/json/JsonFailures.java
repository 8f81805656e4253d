package dev.discretizer.codec.json;

import java.util.List;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.TokenStreamLocation;

/**
 * Translates Jackson's parse errors. Jackson's messages name its features and classes,
 * which clients should not see; an error that is not listed here is reported by its
 * position alone, so that no new message of Jackson leaks.
 */
final class JsonFailures {

	/** How a message of Jackson begins, and what is said instead. */
	private record Wording(String beginning, String text) {
	}

	private static final List<Wording> WORDINGS = List.of(new Wording("Invalid numeric value", "a number is malformed"),
			new Wording("Unexpected close marker", "a closing bracket or brace does not match what is open"),
			new Wording("Illegal unquoted character", "a control character in a string must be escaped"),
			new Wording("Illegal character", "a control character is out of place"),
			new Wording("Unrecognized character escape", "an escape in a string is unknown"),
			new Wording("Broken surrogate pair", "half of a surrogate pair is missing"),
			new Wording("Unexpected low surrogate", "half of a surrogate pair is missing"),
			new Wording("Non-standard token", "NaN and Infinity are no JSON"),
			new Wording("Unrecognized token",
					"a value is neither a string, number, array or object, nor true, false or null"),
			new Wording("Number value length",
					"a number has over %d characters".formatted(JsonRequestReader.NUMBER_LENGTH)),
			new Wording("Name length", "a name has over %d characters".formatted(JsonRequestReader.NAME_LENGTH)));

	private static final String CHARACTER = "Unexpected character (";

	private JsonFailures() {
	}

	static MalformedInputException malformed(JacksonException failure, JsonParser parser) {
		TokenStreamLocation location = failure.getLocation();
		return new MalformedInputException(Cause.MALFORMED, null, "malformed JSON at %s: %s"
			.formatted(place((location != null) ? location : parser.currentLocation()), text(failure)));
	}

	static MalformedInputException truncated(JsonParser parser) {
		return new MalformedInputException(Cause.TRUNCATED, null,
				"the body ends at %s, within its JSON object".formatted(place(parser.currentLocation())));
	}

	static MalformedInputException trailing(JsonParser parser) {
		return new MalformedInputException(Cause.TRAILING_BYTES, null,
				"something follows the JSON object at %s, only whitespace may"
					.formatted(place(parser.currentLocation())));
	}

	private static String place(TokenStreamLocation location) {
		return "line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
	}

	private static String text(JacksonException failure) {
		String message = String.valueOf(failure.getOriginalMessage());
		for (Wording wording : WORDINGS) {
			if (message.startsWith(wording.beginning)) {
				return wording.text;
			}
		}
		int end = message.indexOf(" (code", CHARACTER.length());
		if (message.startsWith(CHARACTER) && end > 0) {
			return "unexpected character " + message.substring(CHARACTER.length(), end);
		}
		return "this is no JSON";
	}

}
