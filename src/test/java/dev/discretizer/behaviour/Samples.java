package dev.discretizer.behaviour;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;

import dev.discretizer.behaviour.simulator.SimulatedNetwork;
import dev.discretizer.codec.nir.NirReader;
import dev.discretizer.codec.npy.NpzReader;
import dev.discretizer.discretize.LayerOptions;
import dev.discretizer.graph.Network;
import dev.discretizer.network.DiscretizedNetwork;
import dev.discretizer.network.NetworkDiscretization;
import dev.discretizer.network.NetworkOptions;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.EventRecording;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.RasterRecording;
import dev.discretizer.tensor.Shape;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The pretrained networks and the golden recordings, which lie beside the project.
 */
final class Samples {

	static final Path SHARED = Path.of(System.getProperty("user.dir"), "..", "shared");

	static final Path GOLDEN = SHARED.resolve("golden").resolve("behaviour");

	private Samples() {
	}

	static JsonNode json(Path path) throws IOException {
		present(path);
		return JsonMapper.shared().readTree(Files.readAllBytes(path));
	}

	private static void present(Path path) {
		assumeTrue(Files.isRegularFile(path), () -> path + " is not there: it is not part of the project");
	}

	/** A network of the directory, discretized as sinabs' NIR import has it. */
	static Sample sample(Path path) throws IOException {
		present(path);
		byte[] bytes = Files.readAllBytes(path);
		Network graph = NirReader.read(new ByteArrayInputStream(bytes), bytes.length, Allowance.UNLIMITED);
		DiscretizedNetwork discretized = NetworkDiscretization.discretize(graph, NetworkOptions.DEFAULTS);
		LayerOptions options = NetworkOptions.DEFAULTS.layer();
		return new Sample(SimulatedNetworks.of(graph, discretized, options, Allowance.UNLIMITED),
				SimulatedNetworks.bounds(discretized, options), graph);
	}

	/** One of the pretrained networks. */
	static Sample pretrained(String name) throws IOException {
		return sample(SHARED.resolve("data").resolve(name + ".nir"));
	}

	/**
	 * A network to simulate.
	 *
	 * @param graph it was made of
	 */
	record Sample(SimulatedNetwork network, Bounds bounds, Network graph) {
	}

	private static Map<String, FloatTensor> npz(Path path) throws IOException {
		present(path);
		byte[] bytes = Files.readAllBytes(path);
		return NpzReader.read(new ByteArrayInputStream(bytes), bytes.length, Allowance.UNLIMITED);
	}

	static RasterRecording raster(Path path) throws IOException {
		FloatTensor tensor = npz(path).values().iterator().next();
		char[] counts = new char[tensor.elements()];
		for (int i = 0; i < counts.length; i++) {
			counts[i] = (char) tensor.array()[i];
		}
		Shape shape = tensor.shape();
		return new RasterRecording(path.getFileName().toString(), Shape.of(shape.dim(1), shape.dim(2), shape.dim(3)),
				shape.dim(0), counts);
	}

	static EventRecording events(Path path, Shape input) throws IOException {
		Map<String, FloatTensor> fields = npz(path);
		int size = field(fields, "t").length;
		long[] times = new long[size];
		int[] places = new int[size];
		for (int i = 0; i < size; i++) {
			times[i] = (long) field(fields, "t")[i];
			places[i] = ((int) field(fields, "p")[i] * input.dim(1) + (int) field(fields, "y")[i]) * input.dim(2)
					+ (int) field(fields, "x")[i];
		}
		return new EventRecording(path.getFileName().toString(), input, size, times, places);
	}

	private static float[] field(Map<String, FloatTensor> fields, String name) {
		return Objects.requireNonNull(fields.get(name)).array();
	}

	/** SHA-256 of int32, little-endian, in hex. */
	static String sha256(int[] values) {
		ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
		for (int value : values) {
			bytes.putInt(value);
		}
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
