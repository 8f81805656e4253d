package dev.discretizer.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

import dev.discretizer.codec.RequestValues;
import dev.discretizer.codec.json.TensorStyle;
import dev.discretizer.service.BehaviourService;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.web.api.Endpoint;
import dev.discretizer.web.api.Format;
import dev.discretizer.web.api.RequestField;
import org.jspecify.annotations.Nullable;

/**
 * A request as a controller receives it: negotiated, read to the end and well formed.
 *
 * @param endpoint the endpoint it was sent to
 * @param body the format of its body
 * @param values the values of its fields
 * @param content what the body held besides
 * @param answer how to write the answer
 * @param means what computing the answer may use
 */
record ApiRequest(Endpoint endpoint, Format body, RequestValues values, BodyDecoder.Content content, AnswerStyle answer,
		BehaviourService.Means means) {

	/**
	 * How to write an answer.
	 *
	 * @param type the negotiated format and media type
	 * @param tensors the form of tensors in JSON
	 * @param report whether the client asked for the report
	 */
	record AnswerStyle(Negotiation.Choice type, TensorStyle tensors, boolean report) {

		/**
		 * Whether the client asked for the report and the answer's format can hold it.
		 */
		boolean carriesReport() {
			return this.report && this.type.format() != Format.NPY && this.type.format() != Format.RAW;
		}

	}

	/** For endpoints of a single tensor, the tensor's name in its container. */
	String tensorName() {
		return this.content.tensorName();
	}

	/** The network to discretize, the first one of several; null where there is none. */
	@Nullable Upload network() {
		return this.content.networks().isEmpty() ? null : this.content.networks().firstEntry().getValue();
	}

	/** The same request as if the second one of its networks were the only one. */
	ApiRequest second() {
		BodyDecoder.Content second = new BodyDecoder.Content(tensorName(),
				new LinkedHashMap<>(Map.ofEntries(this.content.networks().lastEntry())), List.of(), null);
		return new ApiRequest(this.endpoint, this.body, this.values, second, this.answer, this.means);
	}

	/**
	 * The value of a field, or the default that the endpoint declares for it.
	 * @throws dev.discretizer.codec.MalformedInputException if the field has neither
	 */
	<T> T get(RequestField<T> field) {
		return declared(field).get(this.values, pointer(field.name()));
	}

	/** The value of a field, or null if it is absent. */
	<T> @Nullable T find(RequestField<T> field) {
		return declared(field).find(this.values, pointer(field.name()));
	}

	/** The endpoint's own declaration of a field, whose default may differ. */
	@SuppressWarnings("unchecked")
	private <T> RequestField<T> declared(RequestField<T> field) {
		RequestField<?> own = this.endpoint.field(field.name());
		return (own != null) ? (RequestField<T>) own : field;
	}

	/** A sum over all of its networks. */
	long sum(ToLongFunction<Upload> number) {
		long sum = 0;
		for (Upload network : this.content.networks().values()) {
			sum += number.applyAsLong(network);
		}
		return sum;
	}

	/** Number of elements of all its tensors together. */
	long elements() {
		long elements = sum(Upload::elements);
		for (RequestField<?> field : this.endpoint.tensors()) {
			FloatTensor tensor = this.values.tensor(field.name());
			elements += (tensor != null) ? tensor.elements() : 0;
		}
		return elements;
	}

	/**
	 * The JSON pointer of a value in the body: a member of JSON, a tensor of a container,
	 * or a tensor of a network's node ("node.weight").
	 */
	@Nullable String pointer(String name) {
		if (network() != null) {
			int dot = name.lastIndexOf('.');
			return (dot < 0) ? null : pointer(name.substring(0, dot), name.substring(dot + 1));
		}
		RequestField<?> field = (this.body == Format.JSON) ? this.endpoint.field(name) : null;
		return (field != null) ? field.pointer() : "/" + name;
	}

	/**
	 * The JSON pointer of a value in the network; of one in a part after the part's name.
	 * @param owner a node or module
	 * @param parameter as {@link Upload#pointer}
	 */
	@Nullable String pointer(String owner, String parameter) {
		Map.Entry<String, Upload> network = this.content.networks().firstEntry();
		String pointer = network.getValue().pointer(owner, parameter);
		return (pointer == null || network.getKey().isEmpty()) ? pointer : "/" + network.getKey() + pointer;
	}

}
