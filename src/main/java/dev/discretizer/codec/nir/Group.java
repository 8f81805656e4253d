package dev.discretizer.codec.nir;

import java.util.Map;
import java.util.Set;

import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;

/**
 * A group of the file. Each member is read once, on request.
 */
final class Group {

	private final Hdf5File file;

	private final Place place;

	private final Map<String, Long> members;

	private Group(Hdf5File file, Place place, Map<String, Long> members) {
		this.file = file;
		this.place = place;
		this.members = members;
	}

	/** Reads the names of a group's members. */
	static Group read(Hdf5File file, Place place, long address) {
		file.at(place);
		ObjectHeader header = file.header(address);
		if (header.has(ObjectHeader.LAYOUT)) {
			throw place.error(Cause.WRONG_TYPE, "a dataset found, a group expected");
		}
		if (header.has(ObjectHeader.DATATYPE)) {
			throw place.error(Cause.WRONG_TYPE, "a named type found, a group expected");
		}
		return new Group(file, place, header.links());
	}

	Place place() {
		return this.place;
	}

	/** The names of the members in the order of the file. */
	Set<String> names() {
		return this.members.keySet();
	}

	boolean has(String name) {
		return this.members.containsKey(name);
	}

	/**
	 * A member that must be a group.
	 * @param text the group's name in messages
	 */
	Group group(String name, String text) {
		return read(this.file, this.place.member(name, text), address(name, "group"));
	}

	/** A member that must be a dataset. */
	Dataset dataset(String name) {
		return Dataset.read(this.file, this.place.dataset(name), address(name, "dataset"));
	}

	private long address(String name, String kind) {
		Long address = this.members.get(name);
		if (address == null) {
			throw this.place.error(Cause.MISSING_MEMBER, "the %s %s is missing".formatted(kind, Names.clip(name)));
		}
		if (address < 0) {
			throw this.place.error(Cause.UNSUPPORTED_FORMAT,
					"%s is %s; links are not followed".formatted(Names.clip(name), Links.name(address)));
		}
		return address;
	}

}
