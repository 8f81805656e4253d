package dev.discretizer.discretize;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

import dev.discretizer.discretize.Finding.Severity;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The two pretrained networks that sinabs publishes, against what sinabs makes of them.
 * They lie beside the project, not in it, and the tests are skipped where they do not.
 */
class RealNetworksTests {

	private static final Path DATA = Path.of(System.getProperty("user.dir"), "..", "shared", "data");

	/** Layers of mnist after an average pool of 2 by 2. */
	private static final Set<String> POOLED = Set.of("3", "6", "10");

	@ParameterizedTest
	@CsvSource({ "mnist, 0", "mnist, 3", "mnist, 6", "mnist, 10", "mnist, 12", "scnn_mnist, 0", "scnn_mnist, 2",
			"scnn_mnist, 5", "scnn_mnist, 9", "scnn_mnist, 11" })
	void layerIsWhatSinabsMakesOfIt(String network, String node) throws IOException {
		Json expected = expected(network, node);
		DiscretizedLayer layer = layer(network, node);
		int[] q = Values.ints(layer.weight());
		assertThat(sha256(Values.bytes(layer.weight()))).isEqualTo(expected.at("weight_int8_sha256").text());
		assertThat(IntStream.of(q).min()).hasValue(expected.at("weight_min").asInt());
		assertThat(IntStream.of(q).max()).hasValue(expected.at("weight_max").asInt());
		assertThat(IntStream.of(q).filter((value) -> value == 0).count())
			.isEqualTo(expected.at("weight_zeros").asLong());
		assertThat(IntStream.of(q).map(Math::abs).asLongStream().sum())
			.isEqualTo(expected.at("weight_abs_sum").asLong());
		assertThat(Values.single(layer.spikeThreshold())).isEqualTo(expected.at("spike_threshold").asInt());
		assertThat(Values.single(layer.minVMem())).isEqualTo(expected.at("min_v_mem").asInt());
		assertThat(layer.findings()).noneMatch((finding) -> finding.severity() == Severity.WARNING);
	}

	@Test
	void fixturesNameEveryLayer() throws IOException {
		assertThat(nodes("mnist")).containsExactly("0", "3", "6", "10", "12");
		assertThat(nodes("scnn_mnist")).containsExactly("0", "2", "5", "9", "11");
	}

	private static List<String> nodes(String network) throws IOException {
		return read(network).at("layers").items().stream().map((layer) -> layer.at("node").text()).toList();
	}

	private static Json expected(String network, String node) throws IOException {
		return read(network).at("layers")
			.items()
			.stream()
			.filter((layer) -> layer.at("node").text().equals(node))
			.findFirst()
			.orElseThrow();
	}

	private static Json read(String network) throws IOException {
		return Json.parse(Files.readString(file(network + ".expected.json")));
	}

	private static DiscretizedLayer layer(String network, String node) throws IOException {
		ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(file(network + ".safetensors")))
			.order(ByteOrder.LITTLE_ENDIAN);
		FloatTensor weight = tensor(file, node + ".weight");
		return TestLayer.weight(Objects.requireNonNull(weight))
			.bias(tensor(file, node + ".bias"))
			.thresholds(1, -1)
			.rescale((network.equals("mnist") && POOLED.contains(node)) ? 0.25 : 1)
			.discretize();
	}

	/** A float32 tensor of a safetensors file, or null. */
	private static @Nullable FloatTensor tensor(ByteBuffer file, String name) {
		int header = Math.toIntExact(file.getLong(0));
		Json json = Json.parse(new String(file.array(), 8, header, StandardCharsets.UTF_8));
		if (!json.has(name)) {
			return null;
		}
		assertThat(json.at(name).at("dtype").text()).isEqualTo("F32");
		Shape shape = json.at(name).at("shape").shape();
		int start = 8 + header + json.at(name).at("data_offsets").ints()[0];
		float[] values = new float[shape.elements()];
		for (int i = 0; i < values.length; i++) {
			values[i] = file.getFloat(start + Float.BYTES * i);
		}
		return FloatTensor.of(shape, values);
	}

	private static Path file(String name) {
		Path file = DATA.resolve(name);
		assumeTrue(Files.exists(file), () -> "the networks are not beside the project: no " + file);
		return file;
	}

	private static String sha256(byte[] bytes) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new AssertionError(ex);
		}
	}

}
