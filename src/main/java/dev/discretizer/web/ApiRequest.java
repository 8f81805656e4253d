package dev.discretizer.web;

import dev.discretizer.codec.RequestValues;
import dev.discretizer.codec.json.TensorStyle;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.web.api.Endpoint;
import dev.discretizer.web.api.Format;
import dev.discretizer.web.api.RequestField;
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
record ApiRequest(Endpoint endpoint, Format body, RequestValues values, String tensorName, @Nullable Upload network,
		AnswerStyle answer) {

	/**
	 * How an answer is to be written.
	 *
	 * @param type the negotiated format and media type
	 * @param tensors how tensors stand in JSON
	 * @param report whether the report is wanted
	 */
	record AnswerStyle(Negotiation.Choice type, TensorStyle tensors, boolean report) {

		/** Whether the report is wanted and the format has a place for it. */
		boolean carriesReport() {
			return this.report && this.type.format() != Format.NPY && this.type.format() != Format.RAW;
		}

	}

	/**
	 * The value of a field, or the default that the endpoint declares for it.
	 * @throws dev.discretizer.codec.MalformedInputException if there is neither
	 */
	<T> T get(RequestField<T> field) {
		return declared(field).get(this.values, pointer(field.name()));
	}

	/** The value of a field, or null where it is absent. */
	<T> @Nullable T find(RequestField<T> field) {
		return declared(field).find(this.values, pointer(field.name()));
	}

	/** The endpoint's own declaration of a field, which may have another default. */
	@SuppressWarnings("unchecked")
	private <T> RequestField<T> declared(RequestField<T> field) {
		RequestField<?> own = this.endpoint.field(field.name());
		return (own != null) ? (RequestField<T>) own : field;
	}

	/** How many elements its tensors have together. */
	long elements() {
		long elements = (this.network != null) ? this.network.elements() : 0;
		for (RequestField<?> field : this.endpoint.tensors()) {
			FloatTensor tensor = this.values.tensor(field.name());
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
			return (dot < 0) ? null : this.network.pointer(name.substring(0, dot), name.substring(dot + 1));
		}
		RequestField<?> field = (this.body == Format.JSON) ? this.endpoint.field(name) : null;
		return (field != null) ? field.pointer() : "/" + name;
	}

}
