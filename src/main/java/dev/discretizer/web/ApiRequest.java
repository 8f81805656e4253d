package dev.discretizer.web;

import java.util.Map;

import dev.discretizer.codec.Field;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.RequestValues;
import dev.discretizer.codec.json.TensorStyle;
import dev.discretizer.discretize.UnsetMinVMem;
import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * A request as a controller gets it: negotiated, read and well formed.
 *
 * @param endpoint what it was sent to
 * @param body the format it came in
 * @param values what it carries
 * @param tensorName for endpoints of a single tensor, the name it had in its container
 * @param network what was sent to be discretized as a whole
 * @param answer how the answer is to be written
 */
record ApiRequest(Endpoint endpoint, Format body, RequestValues values, String tensorName,
		@Nullable SentNetwork network, AnswerStyle answer) {

	/**
	 * A network, and what the query says of its nodes.
	 *
	 * @param upload the file
	 * @param minVMemOf min_v_mem by node
	 */
	record SentNetwork(Upload upload, Map<String, FloatTensor> minVMemOf) {
	}

	/**
	 * How an answer is to be written.
	 *
	 * @param type the negotiated format and media type
	 * @param tensors how tensors stand in JSON
	 * @param report whether the report is wanted
	 */
	record AnswerStyle(Negotiation.Choice type, TensorStyle tensors, boolean report) {

		/** Whether there is a place for the report, and a wish for it. */
		boolean carriesReport() {
			return this.report && this.type.format() != Format.NPY && this.type.format() != Format.RAW;
		}

	}

	/** The tensor of that name. */
	FloatTensor requireTensor(String name) {
		FloatTensor tensor = this.values.tensor(name);
		if (tensor == null) {
			throw missing(name);
		}
		return tensor;
	}

	/** The value of that name. */
	<T> T require(String name, Class<T> type) {
		T value = this.values.get(name, type);
		if (value == null) {
			throw missing(name);
		}
		return value;
	}

	/** The value of that name, or null. */
	<T> @Nullable T get(String name, Class<T> type) {
		return this.values.get(name, type);
	}

	/** The value of that name, or the default. */
	<T> T get(String name, Class<T> type, T defaultValue) {
		T value = this.values.get(name, type);
		return (value != null) ? value : defaultValue;
	}

	/** How many elements its tensors have together. */
	long elements() {
		long elements = (this.network != null) ? this.network.upload().elements() : 0;
		for (Field field : this.endpoint.fields()) {
			FloatTensor tensor = (field.kind() == Field.Kind.TENSOR) ? this.values.tensor(field.name()) : null;
			elements += (tensor != null) ? tensor.elements() : 0;
		}
		return elements;
	}

	/**
	 * Where a value stands in the body: a member of JSON, a tensor of a container, or of
	 * a network's node ("node.weight").
	 */
	@Nullable String pointer(String name) {
		if (this.network != null) {
			int dot = name.lastIndexOf('.');
			return (dot < 0) ? null : this.network.upload().pointer(name.substring(0, dot), name.substring(dot + 1));
		}
		if (this.body != Format.JSON) {
			return "/" + name;
		}
		return this.endpoint.fields()
			.stream()
			.filter((field) -> field.name().equals(name))
			.findFirst()
			.map(Field::pointer)
			.orElse("/" + name);
	}

	/** What a missing min_v_mem means, by its label. */
	UnsetMinVMem unsetMinVMem(String label) {
		UnsetMinVMem choice = UnsetMinVMem.ofLabel(label);
		if (choice == null) {
			throw new MalformedInputException(Cause.WRONG_TYPE, pointer("unset_min_v_mem"),
					"unset_min_v_mem is \"%s\", one of reference, negative_threshold, chip_minimum is expected"
						.formatted(label));
		}
		return choice;
	}

	private MalformedInputException missing(String name) {
		return new MalformedInputException(Cause.MISSING_MEMBER, pointer(name), name + " is missing, it is required");
	}

}
