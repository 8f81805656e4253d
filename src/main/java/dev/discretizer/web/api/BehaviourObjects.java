package dev.discretizer.web.api;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import dev.discretizer.behaviour.CalibratedLayer;
import dev.discretizer.behaviour.CalibrationResult;
import dev.discretizer.behaviour.Candidate;
import dev.discretizer.behaviour.LayerFigures;
import dev.discretizer.behaviour.Mode;
import dev.discretizer.behaviour.ModeResult;
import dev.discretizer.behaviour.RecordingResult;
import dev.discretizer.behaviour.SimulationOptions;
import dev.discretizer.behaviour.SimulationResult;
import dev.discretizer.behaviour.Summary;
import dev.discretizer.behaviour.simulator.SimulatedLayer;
import dev.discretizer.service.CalibratedNetwork;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.IntRows;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;

import static dev.discretizer.web.api.JsonTypes.COUNT;
import static dev.discretizer.web.api.JsonTypes.FLOAT32;
import static dev.discretizer.web.api.JsonTypes.FLOAT64;
import static dev.discretizer.web.api.JsonTypes.INTEGER;
import static dev.discretizer.web.api.JsonTypes.TEXT;

/**
 * The answers of the endpoints that simulate.
 */
public final class BehaviourObjects {

	private static final List<String> MODES = Arrays.stream(Mode.values()).map(Mode::label).toList();

	private static final JsonType<Object> RATIO = FLOAT64.atLeast(0).orNull();

	private static final JsonType<Object> COUNT_OR_NULL = COUNT.orNull();

	private static final JsonType<List<Object>> COUNTS = new JsonType.ListOf<>(COUNT);

	private static final String AGAINST = " Null without float_step.";

	private static final JsonObject<LayerFigures> SPIKES = JsonObject
		.<LayerFigures>component("LayerSpikes", "The spikes of a layer.")
		.member("spikes", COUNT, "Of all neurons in all recordings.", LayerFigures::spikes)
		.member("rate", RATIO, "Spikes of a neuron in a second; null where the recordings' duration is unknown or 0.",
				LayerFigures::rate);

	private static final JsonObject<LayerFigures> COMPARED = JsonObject.<LayerFigures>of("")
		.allOf(SPIKES, (figures) -> figures)
		.member("rate_ratio", RATIO, "Spikes divided by those of float_step; null without any." + AGAINST,
				LayerFigures::rateRatio)
		.member("divergence", RATIO,
				"Differences in spikes from float_step, over all neurons and recordings, divided by the spikes of "
						+ "float_step; null without any." + AGAINST,
				LayerFigures::divergence)
		.member("cosine", RATIO,
				"Cosine of the neurons' spikes with those of float_step; null where one has none." + AGAINST,
				LayerFigures::cosine)
		.member("silenced", COUNT_OR_NULL,
				"Neurons, summed over recordings, with at least 3 spikes in float_step and none here." + AGAINST,
				LayerFigures::silenced)
		.member("awakened", COUNT_OR_NULL,
				"Neurons, summed over recordings, with at least 3 spikes here and none in float_step." + AGAINST,
				LayerFigures::awakened)
		.member("overactive", COUNT_OR_NULL,
				"Neurons, summed over recordings, with more than twice the spikes of float_step, and at least 10 more."
						+ AGAINST,
				LayerFigures::overactive);

	private static final String SYNOPS = "Additions of a weight to a state.";

	private static final JsonObject<LayerFigures> BY_STEPS = JsonObject
		.<LayerFigures>component("LayerBySteps", "A layer by steps, beside float_step.")
		.allOf(COMPARED, (figures) -> figures)
		.member("beyond_16_bits", COUNT, "States at the end of a step that the chip's 16 bits cannot hold.",
				LayerFigures::beyond)
		.member("synops", COUNT, SYNOPS, LayerFigures::synops);

	private static final JsonObject<LayerFigures> BY_EVENTS = JsonObject
		.<LayerFigures>component("LayerByEvents", "A layer by events, beside float_step.")
		.allOf(COMPARED, (figures) -> figures)
		.member("saturated", COUNT, "States that reached 32767, the largest integer of 16 bits.", LayerFigures::beyond)
		.member("synops", COUNT, SYNOPS, LayerFigures::synops);

	private static final JsonObject<SimulatedOne> LAYER = JsonObject
		.<SimulatedOne>of("A layer, with null for modes that were not run.")
		.member("name", TEXT, "As in the answer of `/discretize/network`.", (one) -> one.layer().name())
		.member("shape", COUNTS, "Channels, height and width of its neurons.",
				(one) -> dims(one.layer().convolution().output()))
		.member("scale", JsonTypes.SCALE, "The factor of its parameters, in binary32.",
				(one) -> one.layer().integers().scale())
		.member("spike_threshold", INTEGER, "The integer threshold.", (one) -> one.layer().integers().threshold())
		.member("min_v_mem", INTEGER, "The integer lower bound.", (one) -> one.layer().integers().minVMem())
		.member("float_step", orNull(SPIKES), "As trained.", (one) -> one.in(Mode.FLOAT_STEP))
		.member("integer_step", orNull(BY_STEPS), "As integers, by steps.", (one) -> one.in(Mode.INTEGER_STEP))
		.member("integer_event", orNull(BY_EVENTS), "As integers, by events.", (one) -> one.in(Mode.INTEGER_EVENT));

	private static final JsonType<Map<String, @Nullable Map<String, @Nullable List<Object>>>> OUTPUTS = new JsonType.NamesOf<>(
			new JsonType.NamesOf<>(COUNTS));

	private static final JsonObject<RecordingOne> RECORDING = JsonObject.<RecordingOne>of("A recording.")
		.member("name", TEXT, "The name of its file, or `recording-` and its number from 0.",
				(one) -> one.result().name())
		.member("events", COUNT, "How many events it has.", (one) -> one.result().events())
		.member("steps", COUNT_OR_NULL, "How many time steps it has; null for events without `dt`.",
				(one) -> one.result().steps())
		.member("duration", COUNT_OR_NULL,
				"Microseconds of its steps; without `dt`, from its first event to its last; null for counts without `dt`.",
				(one) -> one.result().duration())
		.member("label", COUNT_OR_NULL, "Its right output neuron; null without `labels`.",
				(one) -> one.result().label())
		.member("outputs", OUTPUTS,
				"Spikes of each neuron in C order, by mode, of each layer that feeds an Output; null for a layer of more "
						+ "than %d neurons.".formatted(SimulationOptions.LARGEST_OUTPUT),
				RecordingOne::outputs);

	static final JsonObject<Summary> SUMMARY = JsonObject.<Summary>component("BehaviourSummary", "A mode in short.")
		.member("agreement", RATIO,
				"Share of recordings with the same strongest output neuron as float_step, the first of equals."
						+ AGAINST,
				Summary::agreement)
		.member("accuracy", RATIO,
				"Share of recordings whose strongest output neuron is their label; null without labels.",
				Summary::accuracy)
		.member("divergence", RATIO, "As of a layer, over all layers." + AGAINST, Summary::divergence);

	/** The answer of {@code /simulate}. */
	public static final JsonObject<SimulationResult> SIMULATION = JsonObject
		.<SimulationResult>of("What the layers and the outputs did in each mode, and what differs.")
		.member("modes", new JsonType.ListOf<>(JsonTypes.choice(MODES, Function.identity())),
				"The modes that were run.",
				(result) -> result.modes().stream().map((mode) -> mode.mode().label()).toList())
		.list("layers", LAYER, "In topological order.", BehaviourObjects::layers)
		.list("recordings", RECORDING, "In the order sent.", BehaviourObjects::recordings)
		.object("summary", summaries(), null, (result) -> result)
		.object("synops", synops(), null, (result) -> result)
		.allOf(ResultObjects.FINDINGS, SimulationResult::findings)
		.with(ResultObjects.provenance())
		.furtherTensors(BehaviourObjects::counts);

	private static final JsonObject<Candidate> CANDIDATE = JsonObject.<Candidate>of("A bound that was tried.")
		.member("factor", RATIO, "k of `-k * spike_threshold`; null for the layer's own bound.", Candidate::factor)
		.member("min_v_mem", INTEGER, "The integer bound.", Candidate::minVMem)
		.member("divergence_sum", COUNT,
				"Differences in spikes between events and float_step, over all neurons and recordings.",
				Candidate::divergenceSum)
		.member("spikes", COUNT, "Spikes of the layer by events.", Candidate::spikes);

	private static final JsonObject<CalibratedLayer> FLOAT_SPIKES = JsonObject
		.<CalibratedLayer>of("The layer as trained.")
		.member("spikes", COUNT, "Of all neurons in all recordings.", CalibratedLayer::floatSpikes);

	private static final JsonObject<CalibratedLayer> CALIBRATED_LAYER = JsonObject
		.<CalibratedLayer>of("The bound chosen for a layer.")
		.member("name", TEXT, "As in the answer of `/discretize/network`.", CalibratedLayer::name)
		.member("scale", JsonTypes.SCALE, "The factor of its parameters, in binary32.", CalibratedLayer::scale)
		.member("spike_threshold", INTEGER, "The integer threshold.", CalibratedLayer::spikeThreshold)
		.member("reference", INTEGER, "The integer bound before.", CalibratedLayer::reference)
		.member("chosen", INTEGER, "The integer bound after.", CalibratedLayer::chosen)
		.member("factor", RATIO, "k of the chosen `-k * spike_threshold`; null for the layer's own bound.",
				CalibratedLayer::factor)
		.member("min_v_mem", FLOAT32.orNull(),
				"The float that gives the chosen integer, for `min_v_mem.<node>`; null if the layer keeps its own, which "
						+ "no float gives.",
				CalibratedLayer::minVMem)
		.list("candidates", CANDIDATE, "In the order tried.", CalibratedLayer::candidates)
		.object("float_step", FLOAT_SPIKES, null, (layer) -> layer);

	private static final JsonObject<Named> NAMED = JsonObject.<Named>of("A layer by events, beside float_step.")
		.member("name", TEXT, "As in `layers`.", Named::name)
		.allOf(BY_EVENTS, Named::figures);

	private static final JsonObject<Bounded> BOUNDED = JsonObject
		.<Bounded>component("BoundedBehaviour", "The network by events with some lower bounds.")
		.object("summary", SUMMARY, null, (bounded) -> bounded.result().summary())
		.list("layers", NAMED, "In topological order.", Bounded::layers);

	/** The answer of {@code /calibrate}. */
	public static final JsonObject<CalibratedNetwork> CALIBRATION = JsonObject
		.<CalibratedNetwork>of("The bounds that were tried and chosen, and what they change.")
		.list("layers", CALIBRATED_LAYER, "In topological order.", (network) -> network.calibration().layers())
		.object("before", BOUNDED, "With the bounds that the network had.",
				(network) -> new Bounded(network.calibration(), network.calibration().before()))
		.object("after", BOUNDED, "With the bounds chosen.",
				(network) -> new Bounded(network.calibration(), network.calibration().after()))
		.member("query", TEXT, "With this query `POST /api/v1/discretize/network` gives the chosen integers.",
				CalibratedNetwork::query)
		.allOf(ResultObjects.FINDINGS, (network) -> network.calibration().findings())
		.with(ResultObjects.provenance())
		.furtherTensors((network) -> ResultObjects.NETWORK.tensors(network.network()))
		.graph((network) -> network.network().graph());

	private BehaviourObjects() {
	}

	/** A layer's name and figures. */
	private record Named(String name, LayerFigures figures) {
	}

	/** The behaviour before or after. */
	private record Bounded(CalibrationResult calibration, ModeResult result) {

		List<Named> layers() {
			List<Named> layers = new ArrayList<>();
			for (int i = 0; i < this.result.layers().size(); i++) {
				layers.add(new Named(this.calibration.layers().get(i).name(), this.result.layers().get(i)));
			}
			return layers;
		}

	}

	/** One layer in all modes. */
	private record SimulatedOne(SimulatedLayer layer, Map<Mode, LayerFigures> figures) {

		@Nullable LayerFigures in(Mode mode) {
			return this.figures.get(mode);
		}

	}

	/** One recording, and the layers that it was given to. */
	private record RecordingOne(SimulationResult whole, RecordingResult result) {

		Map<String, @Nullable Map<String, @Nullable List<Object>>> outputs() {
			Map<String, @Nullable Map<String, @Nullable List<Object>>> outputs = new LinkedHashMap<>();
			List<SimulatedLayer> layers = this.whole.network().layers();
			for (int i = 0; i < layers.size(); i++) {
				if (layers.get(i).isOutput()) {
					boolean listed = layers.get(i).convolution().neurons() <= SimulationOptions.LARGEST_OUTPUT;
					outputs.put(layers.get(i).name(), listed ? modes(i) : null);
				}
			}
			return outputs;
		}

		private Map<String, @Nullable List<Object>> modes(int layer) {
			Map<String, @Nullable List<Object>> modes = new LinkedHashMap<>();
			for (Mode mode : Mode.values()) {
				int[] counts = this.result.counts().of(mode, layer);
				modes.put(mode.label(), (counts != null) ? list(counts) : null);
			}
			return modes;
		}

	}

	private static List<SimulatedOne> layers(SimulationResult result) {
		List<SimulatedOne> layers = new ArrayList<>();
		for (int i = 0; i < result.network().layers().size(); i++) {
			Map<Mode, LayerFigures> figures = new EnumMap<>(Mode.class);
			for (ModeResult mode : result.modes()) {
				figures.put(mode.mode(), mode.layers().get(i));
			}
			layers.add(new SimulatedOne(result.network().layers().get(i), figures));
		}
		return layers;
	}

	private static List<RecordingOne> recordings(SimulationResult result) {
		return result.recordings().stream().map((recording) -> new RecordingOne(result, recording)).toList();
	}

	private static JsonObject<SimulationResult> summaries() {
		JsonObject<SimulationResult> modes = JsonObject.component("ModeSummaries",
				"The modes in short, null for those that were not run.");
		for (Mode mode : Mode.values()) {
			modes = modes.member(mode.label(), orNull(SUMMARY), "In that mode.", (result) -> summary(result.of(mode)));
		}
		return modes;
	}

	private static @Nullable Summary summary(@Nullable ModeResult mode) {
		return (mode != null) ? mode.summary() : null;
	}

	private static JsonObject<SimulationResult> synops() {
		JsonObject<SimulationResult> modes = JsonObject.component("ModeSynops",
				SYNOPS + " Null for modes that were not run.");
		for (Mode mode : Mode.values()) {
			modes = modes.member(mode.label(), COUNT_OR_NULL, "In that mode.", (result) -> synops(result.of(mode)));
		}
		return modes;
	}

	private static @Nullable Object synops(@Nullable ModeResult mode) {
		return (mode != null) ? mode.synops() : null;
	}

	/** The spikes of all neurons, {@code <layer>.<mode>}. */
	private static Map<String, DiscreteTensor> counts(SimulationResult result) {
		Map<String, DiscreteTensor> tensors = new LinkedHashMap<>();
		List<SimulatedLayer> layers = result.network().layers();
		for (int i = 0; i < layers.size(); i++) {
			for (ModeResult mode : result.modes()) {
				int layer = i;
				List<int[]> counts = result.recordings()
					.stream()
					.map((recording) -> Objects.requireNonNull(recording.counts().of(mode.mode(), layer)))
					.toList();
				tensors.put(layers.get(i).name() + "." + mode.mode().label(),
						new IntRows(layers.get(i).convolution().output(), counts));
			}
		}
		return tensors;
	}

	private static List<Object> dims(Shape shape) {
		return list(shape.toArray());
	}

	private static <T> JsonType<T> orNull(JsonObject<T> object) {
		return new JsonType.ObjectOf<>(object).orNull();
	}

	/** A view, so that the counts of many neurons are not copied into boxes. */
	private static List<Object> list(int[] values) {
		return new AbstractList<>() {

			@Override
			public Object get(int index) {
				return values[index];
			}

			@Override
			public int size() {
				return values.length;
			}
		};
	}

}
