package dev.discretizer.web;

import java.util.ArrayList;
import java.util.List;

import dev.discretizer.codec.Field;
import dev.discretizer.codec.Field.Kind;

/**
 * What each endpoint takes and gives: the values a request may carry, and the formats.
 */
enum Endpoint {

	SCALE(Format.TENSOR, List.of(Format.JSON), List.of(), new Field("tensor", "tensor", Kind.TENSOR),
			new Field("bits", "bits", Kind.INTEGER)),

	SCALAR(List.of(Format.JSON), List.of(Format.JSON), List.of(), new Field("value", "value", Kind.FLOAT64),
			new Field("scaling", "scaling", Kind.FLOAT64)),

	TENSOR(Format.TENSOR, Format.TENSOR, List.of(), new Field("tensor", "tensor", Kind.TENSOR),
			new Field("scaling", "scaling", Kind.FLOAT32), new Field("bits", "bits", Kind.INTEGER),
			new Field("to_int", "to_int", Kind.BOOLEAN)),

	CONV(Format.LAYER, Format.LAYER, Fields.COMMON, Fields.WEIGHT, Fields.BIAS,
			new Field("spike_threshold", "spike_threshold", Kind.TENSOR),
			new Field("min_v_mem", "min_v_mem", Kind.TENSOR), new Field("v_mem", "v_mem", Kind.TENSOR)),

	SPIKE(Format.LAYER, Format.LAYER, Fields.COMMON, Fields.WEIGHT, Fields.BIAS, Fields.SPIKE_THRESHOLD,
			Fields.MIN_V_MEM, Fields.V_MEM),

	CONV_SPIKE(Format.LAYER, Format.LAYER, Fields.COMMON, Fields.WEIGHT, Fields.BIAS, Fields.SPIKE_THRESHOLD,
			Fields.MIN_V_MEM, Fields.V_MEM),

	NETWORK(Format.NETWORK, List.of(Format.JSON, Format.HDF5, Format.SAFETENSORS), Fields.NETWORK,
			new Field("min_v_mem", "min_v_mem", Kind.FLOAT32), new Field("device", "device", Kind.TEXT),
			new Field("spike_threshold", "spike_threshold", Kind.FLOAT32),
			new Field("rescale", "rescale", Kind.FLOAT64), new Field("spike", "spike", Kind.TEXT));

	/** Fields that several endpoints share. */
	private static final class Fields {

		static final Field WEIGHT = new Field("weight", "conv/weight", Kind.TENSOR);

		static final Field BIAS = new Field("bias", "conv/bias", Kind.TENSOR);

		static final Field SPIKE_THRESHOLD = new Field("spike_threshold", "spike/spike_threshold", Kind.TENSOR);

		static final Field MIN_V_MEM = new Field("min_v_mem", "spike/min_v_mem", Kind.TENSOR);

		static final Field V_MEM = new Field("v_mem", "spike/v_mem", Kind.TENSOR);

		static final List<Field> COMMON = List.of(new Field("to_int", "to_int", Kind.BOOLEAN),
				new Field("weight_bits", "weight_bits", Kind.INTEGER),
				new Field("bias_bits", "bias_bits", Kind.INTEGER), new Field("state_bits", "state_bits", Kind.INTEGER),
				new Field("rescale", "rescale", Kind.FLOAT64),
				new Field("unset_min_v_mem", "unset_min_v_mem", Kind.TEXT));

		/** The same but rescale, which is the network's own affair where it is known. */
		static final List<Field> NETWORK = COMMON.stream().filter((field) -> !field.name().equals("rescale")).toList();

	}

	/** Tensors of one element that may also be query parameters. */
	static final List<String> SCALARS = List.of("spike_threshold", "min_v_mem");

	/** Parameters of networks for state dicts alone. */
	private static final List<String> STATE_DICTS = List.of("spike_threshold", "rescale", "spike");

	private final List<Format> requests;

	private final List<Format> answers;

	private final List<Field> fields;

	Endpoint(List<Format> requests, List<Format> answers, List<Field> common, Field... own) {
		this.requests = requests;
		this.answers = answers;
		List<Field> all = new ArrayList<>(List.of(own));
		all.addAll(common);
		this.fields = List.copyOf(all);
	}

	/** The formats of bodies it reads. */
	List<Format> requests() {
		return this.requests;
	}

	/** The formats it answers in; JSON first. */
	List<Format> answers() {
		return this.answers;
	}

	/** Those of them that a body of that format can be answered in. */
	List<Format> answers(Format body) {
		// A state dict has no edges that a graph could be made of.
		return (body == Format.HDF5) ? this.answers
				: this.answers.stream().filter((format) -> format != Format.HDF5).toList();
	}

	/** All that a request may carry. */
	List<Field> fields() {
		return this.fields;
	}

	/** What may stand in a binary container, by name. */
	List<Field> tensors() {
		return this.fields.stream().filter((field) -> field.kind() == Kind.TENSOR).toList();
	}

	/** What may stand in the query. */
	List<Field> parameters() {
		return this.fields.stream()
			.filter((field) -> field.kind() != Kind.TENSOR || SCALARS.contains(field.name()))
			.toList();
	}

	/** What may stand in the query beside a body of that format. */
	List<Field> parameters(Format body) {
		return parameters().stream().filter((field) -> body != Format.HDF5 || !ofStateDicts(field)).toList();
	}

	/** Whether a parameter says what a graph tells by itself. */
	boolean ofStateDicts(Field field) {
		return this == NETWORK && STATE_DICTS.contains(field.name());
	}

	/** Whether it takes one tensor, whatever its name in a binary container. */
	boolean takesSingleTensor() {
		return this == SCALE || this == TENSOR;
	}

	/** Whether its answer carries tensors and a report. */
	boolean answersTensors() {
		return this.answers.size() > 1;
	}

}
