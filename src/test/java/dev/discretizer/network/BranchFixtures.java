package dev.discretizer.network;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

import dev.discretizer.graph.Edge;
import dev.discretizer.graph.Network;
import dev.discretizer.graph.Node;
import dev.discretizer.graph.Size2d;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the networks that {@code make_branch_fixtures.py} wrote.
 */
final class BranchFixtures {

	static final JsonMapper JSON = JsonMapper.builder().build();

	private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

	private BranchFixtures() {
	}

	static InputStream open(String name) {
		return Objects.requireNonNull(BranchFixtures.class.getResourceAsStream("/branches/" + name), name);
	}

	/** The random networks with what is expected of them. */
	static List<JsonNode> random() {
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(new GZIPInputStream(open("random.jsonl.gz")), StandardCharsets.UTF_8))) {
			return reader.lines().map(JSON::readTree).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static Network network(JsonNode line) {
		Map<String, Node> nodes = new LinkedHashMap<>();
		line.get("nodes").properties().forEach((entry) -> nodes.put(entry.getKey(), node(entry.getValue())));
		return new Network(nodes,
				line.get("edges")
					.valueStream()
					.map((edge) -> new Edge(edge.get(0).asString(), edge.get(1).asString()))
					.toList());
	}

	private static Node node(JsonNode node) {
		// A node that was copied by spoil() has its type under another name.
		return switch (Objects.requireNonNullElse(node.get("type"), node.get("kind")).asString()) {
			case "input" -> new Node.Input(shape(node.get("shape")));
			case "output" -> new Node.Output(shape(node.get("shape")));
			case "conv" -> conv(node);
			case "linear" ->
				new Node.Linear(weight(node, node.get("out").asLong(), node.get("in").asLong()), bias(node));
			case "if" -> new Node.IntegrateAndFire(FloatTensor.scalar(1),
					FloatTensor.scalar(node.get("threshold").floatValue()), null);
			case "sum" -> pool(node, false);
			case "avg" -> pool(node, true);
			default -> new Node.Flatten(0, -1, shape(node.get("shape")));
		};
	}

	private static Node conv(JsonNode node) {
		long kernel = node.get("k").asLong();
		return new Node.Conv2d(weight(node, node.get("out").asLong(), node.get("in").asLong(), kernel, kernel),
				bias(node), size(node.get("stride")), size(node.get("padding")), new Size2d(1, 1), 1, null);
	}

	private static Node pool(JsonNode node, boolean average) {
		return new Node.Pool2d(average, size(node.get("k")), size(node.get("k")), new Size2d(0, 0));
	}

	private static Size2d size(JsonNode both) {
		return new Size2d(both.asInt(), both.asInt());
	}

	static Shape shape(JsonNode array) {
		return Shape.of(array.valueStream().mapToLong(JsonNode::asLong).toArray());
	}

	private static FloatTensor weight(JsonNode node, long... shape) {
		return values(node.get("seed").asLong(), Shape.of(shape), node.get("amplitude").floatValue());
	}

	private static @Nullable FloatTensor bias(JsonNode node) {
		float amplitude = node.get("bias").floatValue();
		return (amplitude == 0) ? null
				: values(node.get("seed").asLong() + 1, Shape.of(node.get("out").asLong()), amplitude);
	}

	/**
	 * As the script makes them: 24 bits of SplitMix64's finalizer, times the amplitude.
	 */
	private static FloatTensor values(long seed, Shape shape, float amplitude) {
		float[] values = new float[shape.elements()];
		for (int i = 0; i < values.length; i++) {
			long z = seed + (i + 1) * GOLDEN_RATIO;
			z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
			z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
			z = z ^ (z >>> 31);
			values[i] = (float) ((z >>> 40) / (double) (1 << 24) - 0.5) * amplitude;
		}
		return FloatTensor.of(shape, values);
	}

	/** SHA-256 in hex of the integers as bytes, those of the tensors after each other. */
	static String sha256(@Nullable DiscreteTensor... tensors) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			for (DiscreteTensor tensor : tensors) {
				for (int value : (tensor != null) ? ints(tensor) : new int[0]) {
					digest.update((byte) value);
				}
			}
			return HexFormat.of().formatHex(digest.digest());
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static int[] ints(DiscreteTensor tensor) {
		int[] ints = new int[tensor.shape().elements()];
		tensor.ints(0, ints, 0, ints.length);
		return ints;
	}

}
