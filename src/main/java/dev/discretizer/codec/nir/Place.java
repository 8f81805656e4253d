package dev.discretizer.codec.nir;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import org.jspecify.annotations.Nullable;

/**
 * A place in a file, for messages.
 *
 * @param text such as "node 0, dataset weight"
 * @param pointer the path in the file as a JSON pointer, null where a name is too long
 */
record Place(String text, @Nullable String pointer) {

	/** The file as a whole. */
	static final Place FILE = new Place("HDF5 file", "");

	/** A member of the group at this place, with its own text. */
	Place member(String name, String text) {
		return new Place(text, (this.pointer == null) ? null : Names.pointer(this.pointer, name));
	}

	/** A dataset of the group at this place. */
	Place dataset(String name) {
		return member(name, this.text + ", dataset " + Names.clip(name));
	}

	/**
	 * An error at this place.
	 * @param detail what was found and what was expected
	 */
	MalformedInputException error(Cause cause, String detail) {
		String at = (this.pointer == null || this.pointer.isEmpty()) ? null : this.pointer;
		return new MalformedInputException(cause, at, this.text + ": " + detail);
	}

}
