package dev.discretizer.codec;

import java.util.Locale;

import dev.discretizer.codec.MalformedInputException.Cause;
import org.jspecify.annotations.Nullable;

/**
 * Names of tensors in messages, and shortened texts of the client, which may be as long
 * as its body.
 */
public final class Names {

	/** Longest text given back in full, in code points. */
	private static final int LONGEST_TEXT = 128;

	/**
	 * Longest name of a tensor or member, in chars. All known names are far shorter; a
	 * zip archive would allow 65535 bytes, other formats any number.
	 */
	private static final int LONGEST_NAME = 255;

	/** The name of a tensor that is the only one. */
	private static final String SINGLE = "tensor";

	private Names() {
	}

	/**
	 * Checks the name of a tensor in a container, in which it is answered too.
	 * @throws MalformedInputException if it is too long
	 */
	public static void check(String tensor) {
		if (tensor.length() > LONGEST_NAME) {
			throw error(Cause.UNKNOWN_MEMBER, tensor,
					"a name of %d characters found, at most %d are expected".formatted(tensor.length(), LONGEST_NAME));
		}
	}

	/** A constant's name as a label: "conv-spike" of CONV_SPIKE. */
	public static String label(Enum<?> constant) {
		return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/** A text of the client, clipped between code points. */
	public static String clip(String text) {
		if (text.codePointCount(0, text.length()) <= LONGEST_TEXT) {
			return text;
		}
		return text.substring(0, text.offsetByCodePoints(0, LONGEST_TEXT)) + "...";
	}

	/**
	 * What messages call a tensor: "tensor weight", or just "tensor" if it is named so.
	 */
	public static String tensor(String name) {
		return name.equals(SINGLE) ? name : "tensor " + clip(name);
	}

	/**
	 * The JSON pointer (RFC 6901) of a member.
	 * @param parent pointer of the object that it is in, empty for the whole body
	 * @param name the member's name, or the tensor's
	 * @return null if the name is longer than 255 characters
	 */
	public static @Nullable String pointer(String parent, String name) {
		return (name.length() > LONGEST_NAME) ? null : parent + "/" + name.replace("~", "~0").replace("/", "~1");
	}

	/**
	 * An error of one tensor of a container.
	 * @param detail what was found and what was expected, without naming the tensor
	 */
	public static MalformedInputException error(Cause cause, String tensor, String detail) {
		return new MalformedInputException(cause, pointer("", tensor), tensor(tensor) + ": " + detail);
	}

}
