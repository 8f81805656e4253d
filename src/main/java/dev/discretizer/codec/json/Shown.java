package dev.discretizer.codec.json;

import dev.discretizer.codec.Names;
import tools.jackson.core.JsonParser;

/** Short descriptions, for messages, of what a client sent. */
final class Shown {

	private Shown() {
	}

	/** The object of that JSON pointer, as "conv.weight". */
	static String object(String pointer) {
		return pointer.isEmpty() ? "the body" : pointer.substring(1).replace('/', '.');
	}

	/** What the parser stands on, such as "a string". */
	static String token(JsonParser parser) {
		return switch (parser.currentToken()) {
			case VALUE_STRING -> "a string";
			case VALUE_NUMBER_INT -> "the integer " + Names.clip(parser.getString());
			case VALUE_NUMBER_FLOAT -> "the fraction " + Names.clip(parser.getString());
			case START_ARRAY -> "an array";
			case START_OBJECT -> "an object";
			// What is left has but one spelling: true, false, null
			default -> parser.getString();
		};
	}

}
