package dev.discretizer.web.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.discretizer.codec.Field.Kind;
import dev.discretizer.codec.Names;
import dev.discretizer.web.api.RequestField.Place;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;

/**
 * The endpoints, each declared once: path, description, body, formats, fields and answer.
 * Routing, reading, writing, the warm-up, the labels of metrics and the API's document
 * follow from these declarations.
 */
public enum Endpoint {

	/** {@code determine_discretization_scale}. */
	SCALE(post("/scale", "determineScale", Tag.TENSORS).summary("The scale of a tensor")
		.description(
				"""
						The largest factor at which no element of the tensor leaves the range of `bits`: \
						`|(1 / m) * n|` in binary32, where m is the extreme that limits and n the end of the range on its side.""")
		.sinabs("determine_discretization_scale")
		.takes(Body.TENSOR, Format.TENSOR)
		.fields(List.of(Fields.TENSOR, Fields.SCALE_BITS))
		.fields(Fields.OF_RAW)
		.answers(ResultObjects.SCALE, List.of(Format.JSON))),

	/** {@code discretize_scalar}. */
	SCALAR(post("/discretize/scalar", "discretizeScalar", Tag.TENSORS).summary("Discretize a number")
		.description("`rint(value * scaling)`, half to even, in IEEE 754 binary64.")
		.sinabs("discretize_scalar")
		.takes(Body.NUMBERS, List.of(Format.JSON))
		.fields(List.of(Fields.VALUE, Fields.SCALAR_SCALING))
		.answers(ResultObjects.SCALAR, List.of(Format.JSON))),

	/** {@code discretize_tensor}. */
	TENSOR(post("/discretize/tensor", "discretizeTensor", Tag.TENSORS).summary("Discretize a tensor")
		.description(
				"""
						`rint(tensor * scale)`, half to even, in binary32. The scale is `scaling` if that is given, else the \
						largest at which no element leaves the range of `bits`. With both, values beyond that range are clamped and \
						counted; with `scaling` alone the integers are of 32 bits.""")
		.sinabs("discretize_tensor")
		.takes(Body.TENSOR, Format.TENSOR)
		.fields(List.of(Fields.TENSOR, Fields.SCALING, Fields.BITS, Fields.TO_INT, Fields.HISTOGRAM))
		.fields(Fields.OF_RAW)
		.fields(Fields.OF_ANSWERS)
		.answers(ResultObjects.NAMED_TENSOR, Format.TENSOR)),

	/** {@code discretize_conv}. */
	CONV(post("/discretize/conv", "discretizeConv", Tag.LAYERS).summary("Discretize a convolutional layer")
		.description(Words.ONE_SCALE + "This one answers with the integers of `weight` and `bias`.")
		.sinabs("discretize_conv")
		.notes(Words.UNSET)
		.takes(Body.LAYER, Format.LAYER)
		.fields(Fields.CONV_TENSORS)
		.fields(Fields.OF_LAYERS)
		.fields(Fields.OF_ANSWERS)
		.answers(ResultObjects.CONV, Format.LAYER)),

	/** {@code discretize_spk}. */
	SPIKE(post("/discretize/spike", "discretizeSpike", Tag.LAYERS).summary("Discretize a spiking layer")
		.description(
				Words.ONE_SCALE + "This one answers with the integers of `spike_threshold`, `min_v_mem` and `v_mem`.")
		.sinabs("discretize_spk")
		.notes(Words.UNSET)
		.takes(Body.LAYER, Format.LAYER)
		.fields(Fields.CONV_SPIKE_TENSORS)
		.fields(Fields.OF_LAYERS)
		.fields(Fields.OF_ANSWERS)
		.answers(ResultObjects.SPIKE, Format.LAYER)),

	/** {@code discretize_conv_spike}. */
	CONV_SPIKE(post("/discretize/conv-spike", "discretizeConvSpike", Tag.LAYERS)
		.summary("Discretize a convolutional layer and its spiking layer")
		.description(Words.ONE_SCALE + "This one answers with the integers of both layers.")
		.sinabs("discretize_conv_spike")
		.notes(Words.UNSET)
		.takes(Body.LAYER, Format.LAYER)
		.fields(Fields.CONV_SPIKE_TENSORS)
		.fields(Fields.OF_LAYERS)
		.fields(Fields.OF_ANSWERS)
		.answers(ResultObjects.CONV_SPIKE, Format.LAYER)),

	/** {@code DynapcnnNetwork(discretize=True)}. */
	NETWORK(post("/discretize/network", "discretizeNetwork", Tag.NETWORKS).summary("Discretize a network")
		.description(Words.NETWORK)
		.sinabs("DynapcnnNetwork")
		.takes(Body.NETWORK, Format.NETWORK)
		.fields(Fields.OF_NETWORKS)
		.fields(Fields.OF_ANSWERS)
		.answers(ResultObjects.NETWORK, List.of(Format.JSON, Format.HDF5, Format.SAFETENSORS, Format.NPZ))),

	/** Discretizes a network to several widths by both rules. */
	SWEEP(post("/sweep", "sweepNetwork", Tag.NETWORKS).summary("What each width costs each layer")
		.description(Words.SWEEP)
		.takes(Body.NETWORK, Format.NETWORK)
		.fields(List.of(Fields.SWEEP_BITS, Fields.SCALE_RULES))
		.fields(Fields.OF_SWEEPS)
		.answers(ComparisonObjects.SWEEP, List.of(Format.JSON, Format.CSV))),

	/** Checks whether a network is the discretization of another one. */
	VERIFY(post("/verify", "verifyNetwork", Tag.NETWORKS).summary("Whether integers are those of a network")
		.description(Words.VERIFY)
		.takes(Words.ORIGINAL_PART, Words.DISCRETIZED_PART)
		.fields(Fields.OF_VERIFICATIONS)
		.answers(ComparisonObjects.VERIFICATION, List.of(Format.JSON))),

	/** Runs a network as trained, and as discretized by steps and by events. */
	SIMULATE(post("/simulate", "simulate", Tag.BEHAVIOUR).summary("Simulate a network on recordings")
		.description(Words.SIMULATE)
		.takes(Words.NETWORK_PART, Words.RECORDING_PARTS)
		.fields(Fields.OF_RECORDINGS)
		.fields(List.of(Fields.MODES, Fields.NO_REPORT))
		.fields(Fields.OF_SIMULATED_NETWORKS)
		.answers(BehaviourObjects.SIMULATION, Format.LAYER)),
	/** Chooses the min_v_mem of each layer by simulation. */
	CALIBRATE(post("/calibrate", "calibrate", Tag.BEHAVIOUR).summary("Choose each layer's min_v_mem by simulation")
		.description(Words.CALIBRATE)
		.takes(Words.NETWORK_PART, Words.RECORDING_PARTS)
		.fields(Fields.OF_RECORDINGS)
		.fields(List.of(Fields.NO_REPORT))
		.fields(Fields.OF_SIMULATED_NETWORKS)
		.answers(BehaviourObjects.CALIBRATION, List.of(Format.JSON, Format.HDF5, Format.SAFETENSORS, Format.NPZ))),

	/** Lists all chips. */
	DEVICES(get("/devices", "listDevices", Tag.NETWORKS).summary("List the chips")
		.description("All chips with their cores and limits, as sinabs 3.1.3 and the "
				+ "manufacturer's pages have them; also those that sinabs no longer supports.")
		.answers(DeviceObjects.DEVICES, List.of(Format.JSON))),

	/** Describes one chip; the path ends with its name. */
	DEVICE(get("/devices/{name}", "getDevice", Tag.NETWORKS).summary("Show a chip")
		.description("One chip with its cores and limits.")
		.answers(DeviceObjects.DEVICE, List.of(Format.JSON)));

	/** The path that the paths of all endpoints begin with. */
	public static final String BASE = "/api/v1";

	/** The content of a request's body, independent of its format. */
	public enum Body {

		/** No body, and no query. */
		NONE,
		/** Numbers in JSON. */
		NUMBERS,
		/** One tensor, under any name. */
		TENSOR,
		/** The tensors of a layer, by name. */
		LAYER,
		/** A graph, or the state dict of a network. */
		NETWORK,
		/** Several files, each a part of a form. */
		PARTS

	}

	/** A group of endpoints. */
	public enum Tag {

		/** What networks do. */
		BEHAVIOUR("Behaviour", "Whether a network still does on the chip what it did in training, by simulation."),
		/** Whole layers. */
		LAYERS("Layers", "A convolutional layer (or a linear one) and the spiking layer it feeds."),
		/** Networks and chips. */
		NETWORKS("Networks", "Whole networks, and the chips that they are for."),
		/** Single tensors and numbers. */
		TENSORS("Tensors", "Single tensors and numbers, without the rest of their layer.");

		private final String label;

		private final String words;

		Tag(String label, String words) {
			this.label = label;
			this.words = words;
		}

		/** The group's name in the document. */
		public String label() {
			return this.label;
		}

		/** The group's description in the document. */
		public String words() {
			return this.words;
		}

	}

	/** Texts that have several lines, or that several endpoints share. */
	private static final class Words {

		static final RequestPart NETWORK_PART = new RequestPart("network", RequestPart.Content.NETWORK,
				List.of(Format.HDF5), false, "The network as trained, a NIR file.");

		static final RequestPart RECORDING_PARTS = new RequestPart("recording", RequestPart.Content.RECORDING,
				Format.RECORDING, true,
				"What a sensor saw once. npz: arrays `x`, `y`, `t` and `p` of equal length, one element an event (`p` may "
						+ "be missing for a network of one channel). npy: records with these fields, or counts "
						+ "`[T, C, H, W]` from 0 to 65535. `t` is in whole microseconds and never decreases.");

		static final RequestPart ORIGINAL_PART = new RequestPart("original", RequestPart.Content.NETWORK,
				Format.NETWORK, false, "The network as trained, a NIR file or a state dict in safetensors.");

		static final RequestPart DISCRETIZED_PART = new RequestPart("discretized", RequestPart.Content.NETWORK,
				Format.NETWORK, false,
				"Its integers, of whatever type: an answer of `POST /api/v1/discretize/network`, or a file of another "
						+ "program.");

		static final String VERIFY = """
				Discretizes the original with the options of `POST /api/v1/discretize/network`, by sinabs' rule and, where \
				that gives other integers, by `joint`, and compares each integer. `rule` is the one that gives exactly the \
				integers found, or `unknown`; the differences are then those from the rule with fewer mismatches. \
				`scale_range` holds the scales at which these floats become the integers found by any rule: it recognizes \
				integers made at a scale of one's own. If it is empty, the finding `CONTRADICTION` names two integers that \
				exclude each other.

				Layers are paired by the names of their weights, or by their order. What the discretized network lacks is not \
				compared: a NIR file has no `min_v_mem`, and a state dict may have weights alone.

				The body is a form: the part `original`, then the part `discretized`. A part's format goes by its own \
				`Content-Type`; where that is missing or `application/octet-stream`, by its first bytes. For example:

				```sh
				base=http://localhost:8080/api/v1
				curl -sO $base/examples/tiny.nir
				curl -s -H 'Content-Type: application/x-hdf5' --data-binary @tiny.nir -o chip.nir $base/discretize/network
				curl -s $base/verify -F original=@tiny.nir -F discretized=@chip.nir
				```""";
		static final String CALIBRATE = """
				Finds, layer by layer in topological order, the `min_v_mem` at which the spikes by events are nearest to \
				those of the network as trained. Simulated, not measured on silicon. It costs nothing on the chip, whose lower \
				bound is a register of 16 bits.

				Candidates are the layer's own `min_v_mem`, then `-k * spike_threshold` for k = 1, 1.5, 2, 3, 4, 6, 8 and 16. Each \
				is run on what the layers before emit with the bounds already chosen; the smallest `divergence_sum` wins, the \
				first of equals. A bound that would change the layer's scale is no candidate. Three to twelve recordings \
				suffice; `POST /api/v1/discretize/network` with the `query` of the answer gives exactly the chosen integers. For \
				example:

				```sh
				base=http://localhost:8080/api/v1
				for file in tiny.nir recording-right.npz recording-left.npy; do curl -sO $base/examples/$file; done
				curl -s "$base/calibrate?dt=5000" -F network=@tiny.nir \\
				  -F recording=@recording-right.npz -F recording=@recording-left.npy
				```

				As a NIR file or safetensors the answer is the discretized network with the chosen bounds, and the JSON answer \
				under `discretizer`.""";

		static final String SIMULATE = """
				Runs the network on recordings in three modes, and says what differs. Simulated, not measured on silicon.

				- `float_step`: as trained, all events of a time step at once, which is how sinabs simulates.
				- `integer_step`: the same with the integers of `POST /api/v1/discretize/network`, equal to sinabs' \
				`DynapcnnNetwork(discretize=True)` spike for spike.
				- `integer_event`: with the same integers one event after the other, as the chip works. It clamps `min_v_mem` \
				after every event; by steps, excitation and inhibition cancel first. So rates rise, and accuracy may fall: \
				`POST /api/v1/calibrate` finds the `min_v_mem` that prevents that.

				The body is a form: first the part `network`, then one or more parts `recording`. A part's format goes by its \
				own `Content-Type`; where that is missing or `application/octet-stream`, by its first bytes. For example:

				```sh
				base=http://localhost:8080/api/v1
				for file in tiny.nir recording-right.npz recording-left.npy; do curl -sO $base/examples/$file; done
				curl -s "$base/simulate?dt=5000" -F network=@tiny.nir \\
				  -F recording=@recording-right.npz -F recording=@recording-left.npy
				```

				As safetensors or npz the answer holds the spikes of each neuron in each recording, int32 tensors \
				`<layer>.<mode>` of shape `[recordings, C, H, W]`, and the JSON answer under `discretizer`.""";

		static final String ONE_SCALE = """
				One scale holds for all of a layer's parameters, the smallest that a term of it allows: \
				`scale = min(weight, bias, threshold, state)`, see `candidates` and `limited_by` in the answer.

				""";

		static final String UNSET = """


				A missing `min_v_mem` counts as -32768, as in sinabs, which holds the scale at 1 and costs most weights their \
				value: give it, or choose `unset_min_v_mem`. A `v_mem` that is given always limits the scale (sinabs' \
				`discretize_conv` does not read it).

				`scale_rule=joint` is for weights of 2 to 4 bits, where sinabs' rule loses much of a network: it clamps a few large \
				weights and keeps the others finer. Accuracy of a spiking network of five layers on handwritten digits, simulated: \
				at 3 bits 0.92 instead of 0.73, at 4 bits 0.97 instead of 0.955, at 8 bits the same. The integers are then not \
				those of sinabs.""";

		static final String NETWORK = """
				What `DynapcnnNetwork(discretize=True)` would put on the chip, layer by layer, each as \
				`POST /api/v1/discretize/conv-spike` does it.

				A **NIR file** holds a graph of Input, Output, Conv2d, Linear, Affine, IF, SumPool2d, AvgPool2d and Flatten. \
				Each weight is paired with the IF node it feeds; what several edges bring to a node adds up, and there may be \
				several Outputs. An average pool becomes a sum pool, and its factor the `rescale` of the next layer; where \
				pools of different factors meet, that is sinabs' number, with a warning, unless `rescale.<node>` gives \
				another. A graph within the graph is flattened, its nodes named by both names with a dot in between. NIR has no `min_v_mem`: give one for all layers, or `min_v_mem.<node>` for one; \
				otherwise it is minus the threshold, as in sinabs' NIR import. What a Speck cannot do is refused with 422, \
				every node and reason at once. With `device` the answer says whether the network fits on that chip, and on \
				which core each layer goes.

				A **state dict** in safetensors holds `<name>.weight` of rank 2 or 4, `<name>.bias`, and `<name>.spike_threshold`, \
				`<name>.min_v_mem`, `<name>.rescale` of one element each where the query does not give them for all; `spike` \
				pairs weights with the spiking modules of other names.

				`scale_rule=joint` is for weights of 2 to 4 bits; see `POST /api/v1/discretize/conv-spike`.

				The answer is JSON, or a file: a NIR file with the same nodes and edges and integers for floats (for NIR \
				files), or safetensors. Files hold the JSON answer without its integers as metadata, under `discretizer`.""";

		static final String SWEEP = """
				Discretizes every layer to several widths by both scale rules, and answers with a row for each: its scale, \
				threshold, errors and memory. To choose a width, compare `effective_sqnr_db`, which counts the error of the \
				threshold too: 6 dB are one bit. Networks as for `POST /api/v1/discretize/network`.

				With `Accept: text/csv` the answer is a table, for a spreadsheet or `pandas.read_csv`.

				A layer's integers are those of `weight_bits` and `scale_rule` of the row.""";

	}

	/** Collects the declaration of an endpoint. */
	private static final class Declaration {

		private final HttpMethod method;

		private final String path;

		private final String id;

		private final Tag tag;

		private String summary = "";

		private String description = "";

		private @Nullable JsonObject<?> answer;

		private Body body = Body.NONE;

		private List<Format> requests = List.of();

		private List<RequestPart> parts = List.of();

		private List<Format> answers = List.of();

		private final List<RequestField<?>> fields = new ArrayList<>();

		Declaration(HttpMethod method, String path, String id, Tag tag) {
			this.method = method;
			this.path = path;
			this.id = id;
			this.tag = tag;
		}

		Declaration summary(String text) {
			this.summary = text;
			return this;
		}

		Declaration description(String text) {
			this.description = text;
			return this;
		}

		/** Names the function of sinabs that the endpoint follows. */
		Declaration sinabs(String function) {
			return notes("\n\nsinabs: `%s`.".formatted(function));
		}

		Declaration notes(String text) {
			this.description += text;
			return this;
		}

		Declaration takes(Body kind, List<Format> formats) {
			this.body = kind;
			this.requests = formats;
			return this;
		}

		/** Makes the body a form of these parts, in this order. */
		Declaration takes(RequestPart... declared) {
			this.parts = List.of(declared);
			return takes(Body.PARTS, List.of(Format.MULTIPART));
		}

		Declaration fields(List<RequestField<?>> more) {
			this.fields.addAll(more);
			return this;
		}

		/** Sets the answer and its formats, of which JSON must be the first. */
		Declaration answers(JsonObject<?> object, List<Format> formats) {
			this.answer = object;
			this.answers = formats;
			return this;
		}

	}

	private final HttpMethod method;

	private final String path;

	private final String id;

	private final Tag tag;

	private final String summary;

	private final String description;

	private final JsonObject<?> answer;

	private final Body body;

	private final List<Format> requests;

	private final List<RequestPart> parts;

	private final List<Format> answers;

	private final List<RequestField<?>> fields;

	private final String label;

	private final Map<String, RequestField<?>> byName;

	private final List<RequestField<?>> members;

	private final List<RequestField<?>> tensors;

	private final Map<Format, List<RequestField<?>>> parameters = new EnumMap<>(Format.class);

	Endpoint(Declaration declaration) {
		this.label = Names.label(this);
		this.method = declaration.method;
		this.path = declaration.path;
		this.id = declaration.id;
		this.tag = declaration.tag;
		this.summary = declaration.summary;
		this.description = declaration.description;
		this.answer = Objects.requireNonNull(declaration.answer);
		this.body = declaration.body;
		this.requests = declaration.requests;
		this.parts = declaration.parts;
		this.answers = declaration.answers;
		this.fields = List.copyOf(declaration.fields);
		this.byName = this.fields.stream().collect(Collectors.toMap(RequestField::name, Function.identity()));
		// Computed once, as every request needs it.
		this.members = fields((field) -> field.place() != Place.QUERY);
		this.tensors = fields((field) -> field.kind() == Kind.TENSOR);
		for (Format format : this.requests) {
			this.parameters.put(format, fields((field) -> field.place() != Place.BODY && isFor(field, format)));
		}
	}

	private boolean isFor(RequestField<?> field, Format sent) {
		return field.isFor(sent)
				|| this.parts.stream().flatMap((part) -> part.formats().stream()).anyMatch(field::isFor);
	}

	private static Declaration post(String path, String id, Tag tag) {
		return new Declaration(HttpMethod.POST, path, id, tag);
	}

	private static Declaration get(String path, String id, Tag tag) {
		return new Declaration(HttpMethod.GET, path, id, tag);
	}

	/** The endpoints that read a body. */
	public static List<Endpoint> withBody() {
		return Arrays.stream(values()).filter((endpoint) -> endpoint.body != Body.NONE).toList();
	}

	/** The name in metrics, logs and files of examples, such as "conv-spike". */
	public String label() {
		return this.label;
	}

	/** The HTTP method of its requests. */
	public HttpMethod method() {
		return this.method;
	}

	/** The whole path. */
	public String path() {
		return BASE + this.path;
	}

	/** The operation's id, for generated clients. */
	public String id() {
		return this.id;
	}

	/** The endpoint's group. */
	public Tag tag() {
		return this.tag;
	}

	/** One line that says what the endpoint does. */
	public String summary() {
		return this.summary;
	}

	/** What the endpoint computes, and which function of sinabs it follows. */
	public String description() {
		return this.description;
	}

	/** The declaration of a successful answer. */
	public JsonObject<?> answer() {
		return this.answer;
	}

	/** The content of request bodies. */
	public Body body() {
		return this.body;
	}

	/** The formats of request bodies. */
	public List<Format> requests() {
		return this.requests;
	}

	/** The parts of multipart bodies, in the order in which they are sent. */
	public List<RequestPart> parts() {
		return this.parts;
	}

	/** The formats of answers; JSON first. */
	public List<Format> answers() {
		return this.answers;
	}

	/** The formats in which a body of a given format can be answered. */
	public List<Format> answers(Format sent) {
		// A state dict has no edges to make a graph of.
		return (sent != Format.SAFETENSORS) ? this.answers
				: this.answers.stream().filter((format) -> format != Format.HDF5).toList();
	}

	/** All fields that a request may carry. */
	public List<RequestField<?>> fields() {
		return this.fields;
	}

	/** The field with a name, or null. */
	public @Nullable RequestField<?> field(String name) {
		return this.byName.get(name);
	}

	private List<RequestField<?>> fields(Predicate<RequestField<?>> which) {
		return this.fields.stream().filter(which).toList();
	}

	/** The fields that a JSON body may hold. */
	public List<RequestField<?>> members() {
		return this.members;
	}

	/** The fields that a binary container may hold, by name. */
	public List<RequestField<?>> tensors() {
		return this.tensors;
	}

	/** The fields that the query may hold. */
	public List<RequestField<?>> parameters() {
		return fields((field) -> field.place() != Place.BODY);
	}

	/** The fields that the query may hold together with a body of a given format. */
	public List<RequestField<?>> parameters(Format sent) {
		return this.parameters.getOrDefault(sent, List.of());
	}

}
