package dev.discretizer.web;

import java.util.List;

import dev.discretizer.codec.Names;

/**
 * The requested chip does not exist.
 */
final class UnknownDeviceException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	UnknownDeviceException(String name, List<String> names) {
		super("device is \"%s\", one of %s is expected".formatted(Names.clip(name), String.join(", ", names)));
	}

}
