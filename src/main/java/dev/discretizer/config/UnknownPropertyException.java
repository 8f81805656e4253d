package dev.discretizer.config;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * There are properties of the service that it does not have.
 */
final class UnknownPropertyException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Makes one.
	 * @param nearest the nearest property that exists, by each that does not
	 */
	UnknownPropertyException(Map<String, String> nearest) {
		super(nearest.entrySet()
			.stream()
			.map((each) -> "%s is no property of the service; the nearest is %s.".formatted(each.getKey(),
					each.getValue()))
			.collect(Collectors.joining("\n")));
	}

}
