package dev.discretizer.codec.safetensors;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import org.jspecify.annotations.Nullable;

/**
 * How messages speak of what a client named, whose names may be as long as a header.
 */
final class Names {

	/** Longest text given back in full, in characters. */
	private static final int LONGEST = 128;

	private Names() {
	}

	/** A text of the client, clipped between code points. */
	static String clip(String text) {
		if (text.codePointCount(0, text.length()) <= LONGEST) {
			return text;
		}
		return text.substring(0, text.offsetByCodePoints(0, LONGEST)) + "...";
	}

	/** An error of one tensor. */
	static MalformedInputException error(Cause cause, String tensor, String format, Object... args) {
		return new MalformedInputException(cause, pointer(tensor),
				"tensor " + clip(tensor) + ": " + format.formatted(args));
	}

	private static @Nullable String pointer(String tensor) {
		return (tensor.length() > LONGEST) ? null : "/" + tensor.replace("~", "~0").replace("/", "~1");
	}

}
