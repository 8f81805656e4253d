package dev.discretizer.web.api;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

import dev.discretizer.behaviour.Mode;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import dev.discretizer.discretize.ScaleRule;
import org.jspecify.annotations.Nullable;

/**
 * Parses query parameters that are lists with commas in between.
 */
final class TextLists {

	/** At most nine digits, so that each number is an int. */
	private static final Pattern NUMBER = Pattern.compile("0|-?[1-9][0-9]{0,8}");

	private TextLists() {
	}

	static List<Long> widths(String text) {
		return distinct("bits", text, "a number of bits",
				(number) -> NUMBER.matcher(number).matches() ? Long.valueOf(number) : null);
	}

	static List<ScaleRule> rules(String text) {
		return distinct("scale_rules", text, "reference or joint", ScaleRule::ofLabel);
	}

	static Set<Mode> modes(String text) {
		return EnumSet.copyOf(distinct("modes", text, "float_step, integer_step or integer_event", Mode::ofLabel));
	}

	static List<Integer> labels(String text) {
		List<Integer> labels = new ArrayList<>();
		for (String label : text.split(",", -1)) {
			if (!NUMBER.matcher(label).matches() || label.startsWith("-")) {
				throw wrong(Cause.WRONG_TYPE, "labels", label, "the number of an output neuron, from 0,");
			}
			labels.add(Integer.valueOf(label));
		}
		return labels;
	}

	private static <T> List<T> distinct(String parameter, String text, String expected,
			Function<String, @Nullable T> parse) {
		List<T> elements = new ArrayList<>();
		for (String part : text.split(",", -1)) {
			T element = parse.apply(part);
			if (element == null) {
				throw wrong(Cause.WRONG_TYPE, parameter, part, expected);
			}
			if (elements.contains(element)) {
				throw wrong(Cause.DUPLICATE_NAME, parameter, part, "each one once");
			}
			elements.add(element);
		}
		return List.copyOf(elements);
	}

	private static MalformedInputException wrong(Cause cause, String parameter, String found, String expected) {
		return new MalformedInputException(cause, null,
				"query parameter %s contains \"%s\", %s is expected".formatted(parameter, Names.clip(found), expected));
	}

}
