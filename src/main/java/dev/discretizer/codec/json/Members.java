package dev.discretizer.codec.json;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Walks through the members of one JSON object, in which each known name may stand once
 * and no other may. A member that is null is passed over like an absent one.
 */
final class Members {

	private final JsonParser parser;

	private final String pointer;

	private final Collection<String> known;

	private final Set<String> seen = new HashSet<>();

	/**
	 * Starts at an object.
	 * @param parser stands on the object's opening brace
	 * @param pointer JSON pointer of the object, empty for the body's own
	 * @param known names in the order in which messages list them
	 */
	Members(JsonParser parser, String pointer, Collection<String> known) {
		this.parser = parser;
		this.pointer = pointer;
		this.known = known;
	}

	/**
	 * Goes to the next member that is not null.
	 * @return its name, the parser standing on its value; or null, the parser standing on
	 * the object's closing brace
	 */
	@Nullable String next() {
		for (String name = this.parser.nextName(); name != null; name = this.parser.nextName()) {
			check(name);
			if (this.parser.nextToken() != JsonToken.VALUE_NULL) {
				return name;
			}
		}
		return null;
	}

	private void check(String name) {
		if (!this.known.contains(name)) {
			throw new MalformedInputException(Cause.UNKNOWN_MEMBER, Names.pointer(this.pointer, name),
					"%s is not known in %s, known are: %s".formatted(Names.clip(name), Shown.object(this.pointer),
							String.join(", ", this.known)));
		}
		if (!this.seen.add(name)) {
			throw new MalformedInputException(Cause.DUPLICATE_NAME, Names.pointer(this.pointer, name),
					"%s is given twice in %s, once is expected".formatted(name, Shown.object(this.pointer)));
		}
	}

}
