package dev.discretizer.tensor;

import java.util.List;
import java.util.Locale;

/**
 * Text that messages, metrics and logs share. Deterministic; independent of the default
 * locale.
 */
public final class Words {

	private Words() {
	}

	/** The label of an enum constant: {@code CONV_SPIKE} becomes "conv-spike". */
	public static String label(Enum<?> constant) {
		return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/**
	 * A list for a message, as in "a, b, c and 2 more".
	 * @param most how many items to write out, at least 1
	 */
	public static String some(List<String> items, int most) {
		return some(items, most, ", ", " and ");
	}

	/**
	 * A list for a message.
	 * @param most how many items to write out, at least 1
	 * @param separator what stands between items
	 * @param last what stands before "2 more"
	 */
	public static String some(List<String> items, int most, String separator, String last) {
		String first = String.join(separator, items.subList(0, Math.min(most, items.size())));
		return (items.size() <= most) ? first : first + last + (items.size() - most) + " more";
	}

}
