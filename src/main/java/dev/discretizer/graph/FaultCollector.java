package dev.discretizer.graph;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Collects everything about a network that a Speck does not support.
 */
final class FaultCollector {

	private final List<NetworkFault> found = new ArrayList<>();

	void of(Vertex vertex, String format, @Nullable Object... args) {
		ofNode(vertex.name(), format, args);
	}

	void ofNode(String name, String format, @Nullable Object... args) {
		this.found.add(NetworkFault.ofNode(name, format.formatted(args)));
	}

	void ofTensor(String name, String format, @Nullable Object... args) {
		this.found.add(NetworkFault.ofTensor(name, format.formatted(args)));
	}

	void ofNetwork(String format, @Nullable Object... args) {
		this.found.add(NetworkFault.ofNetwork(format.formatted(args)));
	}

	boolean isEmpty() {
		return this.found.isEmpty();
	}

	/** Throws what was collected, if anything. */
	void throwIfAny() {
		if (!this.found.isEmpty()) {
			throw new UnsupportedNetworkException(this.found);
		}
	}

}
