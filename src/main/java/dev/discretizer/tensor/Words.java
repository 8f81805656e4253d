package dev.discretizer.tensor;

import java.util.List;

/**
 * Lists in messages, of which only the first items are written out.
 */
public final class Words {

	private Words() {
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
