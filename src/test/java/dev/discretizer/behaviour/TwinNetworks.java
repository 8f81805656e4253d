package dev.discretizer.behaviour;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

import dev.discretizer.behaviour.simulator.SimulatedNetwork;
import dev.discretizer.behaviour.simulator.SimulatedLayer;
import dev.discretizer.behaviour.simulator.EventSource;
import dev.discretizer.behaviour.simulator.Convolution;
import dev.discretizer.graph.Size2d;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.RasterRecording;
import dev.discretizer.tensor.Recording;
import dev.discretizer.tensor.Shape;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The random networks that {@code src/test/python/make_behaviour_fixtures.py} makes, and
 * what its plain Python gives.
 */
final class TwinNetworks {

	/**
	 * A network and its recordings.
	 *
	 * @param expected what the twin gives
	 */
	record Sample(SimulatedNetwork network, List<Recording> recordings, JsonNode expected) {

		@Override
		public String toString() {
			return "network " + this.expected.get("seed");
		}

	}

	private TwinNetworks() {
	}

	static InputStream resource(String name) {
		return Objects.requireNonNull(TwinNetworks.class.getResourceAsStream("/behaviour/" + name), name);
	}

	static List<Sample> all() throws IOException {
		List<Sample> samples = new ArrayList<>();
		try (BufferedReader lines = new BufferedReader(
				new InputStreamReader(new GZIPInputStream(resource("networks.jsonl.gz")), StandardCharsets.UTF_8))) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				samples.add(sample(JsonMapper.shared().readTree(line)));
			}
		}
		return samples;
	}

	private static Sample sample(JsonNode json) {
		List<SimulatedLayer> layers = new ArrayList<>();
		for (JsonNode layer : json.get("layers")) {
			layers.add(layer(layer, layers.size() + 1 == json.get("layers").size()));
		}
		Shape input = shape(json.get("input"));
		List<Recording> recordings = new ArrayList<>();
		for (JsonNode raster : json.get("rasters")) {
			recordings.add(raster("recording " + recordings.size(), raster, input));
		}
		return new Sample(new SimulatedNetwork(input, layers), recordings, json);
	}

	static RasterRecording raster(String name, JsonNode raster, Shape input) {
		float[] values = floats(raster);
		char[] counts = new char[values.length];
		for (int i = 0; i < counts.length; i++) {
			counts[i] = (char) values[i];
		}
		return new RasterRecording(name, input, raster.size(), counts);
	}

	private static SimulatedLayer layer(JsonNode json, boolean output) {
		List<EventSource> sources = new ArrayList<>();
		for (JsonNode source : json.get("sources")) {
			sources
				.add(new EventSource(source.get(0).asInt(), new Size2d(source.get(1).asInt(), source.get(2).asInt())));
		}
		JsonNode low = json.get("float_min_v_mem");
		return new SimulatedLayer(json.get("name").asString(),
				new Convolution(shape(json.get("input")), shape(json.get("output")), size(json.get("kernel")),
						size(json.get("stride")), size(json.get("padding"))),
				sources, output,
				new SimulatedLayer.FloatParameters(json.get("float_threshold").floatValue(),
						low.isNull() ? Double.NEGATIVE_INFINITY : low.floatValue()),
				new SimulatedLayer.IntegerParameters(1, json.get("threshold").asInt(), json.get("min_v_mem").asInt()),
				weights(json), Allowance.UNLIMITED);
	}

	private static SimulatedLayer.Weights weights(JsonNode json) {
		boolean biased = !json.get("bias").isNull();
		return new SimulatedLayer.Weights(floats(json.get("float_weight")),
				biased ? floats(json.get("float_bias")) : null, ints(json.get("weight")),
				biased ? ints(json.get("bias")) : null);
	}

	private static Size2d size(JsonNode json) {
		return new Size2d(json.get(0).asInt(), json.get(1).asInt());
	}

	static Shape shape(JsonNode json) {
		return Shape.of(json.get(0).asInt(), json.get(1).asInt(), json.get(2).asInt());
	}

	/** All numbers of nested arrays, in order. */
	static double[] doubles(JsonNode nested) {
		List<Double> values = new ArrayList<>();
		collect(nested, values);
		return values.stream().mapToDouble(Double::doubleValue).toArray();
	}

	private static void collect(JsonNode nested, List<Double> values) {
		if (nested.isArray()) {
			nested.forEach((element) -> collect(element, values));
		}
		else {
			values.add(nested.asDouble());
		}
	}

	private static float[] floats(JsonNode nested) {
		double[] values = doubles(nested);
		float[] floats = new float[values.length];
		for (int i = 0; i < values.length; i++) {
			floats[i] = (float) values[i];
		}
		return floats;
	}

	static int[] ints(JsonNode nested) {
		double[] values = doubles(nested);
		int[] ints = new int[values.length];
		for (int i = 0; i < values.length; i++) {
			ints[i] = (int) values[i];
		}
		return ints;
	}

}
