package dev.discretizer.device;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.discretizer.tensor.Shape;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

class FitTests {

	private static final BitWidths BITS = new BitWidths(8, 8, 16);

	private static final List<JsonNode> NETWORKS = Fixtures.lines("/device/mapping.jsonl.gz");

	// Against sinabs

	@TestFactory
	Stream<DynamicTest> networksFitWhereSinabsMapsThem() {
		return IntStream.range(0, NETWORKS.size())
			.mapToObj((i) -> DynamicTest.dynamicTest("network " + i, () -> check(NETWORKS.get(i))));
	}

	/** sinabs looks at memory alone, and so do these. */
	private static void check(JsonNode network) {
		Device device = device(network.get("device").asString());
		List<JsonNode> expected = network.get("layers").valueStream().toList();
		Fit fit = Fit.of(device,
				IntStream.range(0, expected.size()).mapToObj((i) -> layer("l" + i, expected.get(i))).toList(), BITS);
		Set<Integer> taken = new HashSet<>();
		for (int i = 0; i < expected.size(); i++) {
			LayerFit layer = fit.layers().get(i);
			assertThat(List.of((int) layer.kernel().needs(), (int) layer.neuron().needs(), (int) layer.bias().needs()))
				.isEqualTo(Fixtures.ints(expected.get(i).get("memory")));
			if (layer.core() != null) {
				assertThat(Fixtures.ints(expected.get(i).get("cores"))).contains(layer.core());
				assertThat(taken.add(layer.core())).isTrue();
				Core core = device.cores().get(layer.core());
				assertThat(List.of(layer.kernel().has(), layer.neuron().has(), layer.bias().has()))
					.isEqualTo(List.of(core.kernelMemory(), core.neuronMemory(), core.biasMemory()));
			}
		}
		assertThat(taken.size()).isEqualTo(network.get("mapped").asBoolean() ? expected.size() : 0);
		Set<ChipLimit> memory = Set.of(ChipLimit.KERNEL_MEMORY, ChipLimit.NEURON_MEMORY, ChipLimit.BIAS_MEMORY,
				ChipLimit.CORES, ChipLimit.LAYERS);
		assertThat(fit.violations().stream().anyMatch((violation) -> memory.contains(violation.limit())))
			.isNotEqualTo(network.get("mapped").asBoolean());
		for (int i = 0; i < expected.size(); i++) {
			String name = fit.layers().get(i).name();
			boolean nowhere = expected.get(i).get("cores").isEmpty();
			assertThat(limits(fit, name).anyMatch((limit) -> memory.contains(limit) && limit != ChipLimit.CORES))
				.isEqualTo(nowhere);
		}
	}

	private static Stream<ChipLimit> limits(Fit fit, String layer) {
		return fit.violations().stream().filter((violation) -> layer.equals(violation.layer())).map(Violation::limit);
	}

	private static ChipLayer layer(String name, JsonNode layer) {
		return new ChipLayer(name, Fixtures.shape(layer.get("weight")), Fixtures.shape(layer.get("input")),
				Fixtures.shape(layer.get("output")), layer.get("stride").get(0).asInt(),
				layer.get("stride").get(1).asInt(), layer.get("padding").get(0).asInt(),
				layer.get("padding").get(1).asInt(), List.of(1), layer.get("bias").asBoolean());
	}

	/** The network of sinabs' tutorial, with what its documentation says it takes. */
	@Test
	void scnnMnistFits() {
		Fit fit = Fit.of(speck(),
				List.of(layer("0", 16, 2, 5, 34, 16, 2, 1, 1), layer("2", 16, 16, 3, 16, 16, 1, 1, 2),
						layer("5", 8, 16, 3, 8, 8, 1, 1, 2), layer("9", 256, 8, 4, 4, 1, 1, 0, 1),
						layer("11", 10, 256, 1, 1, 1, 1, 0, 1)),
				BITS);
		assertThat(fit.fits()).isTrue();
		assertThat(fit.violations()).isEmpty();
		assertThat(fit.device()).isEqualTo("speck2e");
		assertThat(fit.layers()).extracting((layer) -> layer.kernel().needs())
			.containsExactly(1024L, 4096L, 2048L, 32768L, 4096L);
		assertThat(fit.layers()).extracting((layer) -> layer.neuron().needs())
			.containsExactly(4096L, 4096L, 512L, 256L, 10L);
		assertThat(fit.layers()).extracting((layer) -> layer.bias().needs()).containsExactly(16L, 16L, 8L, 256L, 10L);
		assertThat(fit.layers()).extracting(LayerFit::core).doesNotContainNull().doesNotHaveDuplicates();
	}

	// Matching

	@Test
	void layersThatAreEasyToPlaceMakeWay() {
		ChipLayer anywhere = ofMemory("easy", 1, 1);
		ChipLayer bigNeuron = ofMemory("neuron", 1, 65536);
		ChipLayer bigKernel = ofMemory("kernel", 65536, 1);
		List<ChipLayer> layers = new ArrayList<>(Collections.nCopies(4, anywhere));
		layers.addAll(Collections.nCopies(3, bigNeuron));
		layers.addAll(Collections.nCopies(2, bigKernel));
		Fit fit = Fit.of(speck(), layers, BITS);
		assertThat(fit.fits()).isTrue();
		assertThat(fit.layers()).extracting(LayerFit::core).doesNotHaveDuplicates();
		assertThat(fit.layers().subList(4, 7)).extracting(LayerFit::core).containsExactlyInAnyOrder(0, 1, 2);
		assertThat(fit.layers().subList(7, 9)).extracting(LayerFit::core).containsExactlyInAnyOrder(5, 6);
	}

	@Test
	void layersThatCompeteForTooFewCoresAreNamed() {
		Fit fit = Fit.of(speck(),
				List.of(ofMemory("a", 65536, 1), ofMemory("b", 1, 1), ofMemory("c", 40000, 1), ofMemory("d", 65536, 9)),
				BITS);
		assertThat(fit.fits()).isFalse();
		assertThat(fit.violations()).extracting(Violation::layer).containsExactly("a", "c", "d");
		assertThat(fit.violations()).allSatisfy((violation) -> {
			assertThat(violation.limit()).isEqualTo(ChipLimit.CORES);
			assertThat(violation.found()).isEqualTo(3);
			assertThat(violation.allowed()).containsExactly(2);
			assertThat(violation.message())
				.endsWith("3 layers (a, c, d) fit on no other cores than 5, 6, speck2e allows at most 2");
		});
		assertThat(fit.layers()).extracting(LayerFit::core).containsOnlyNulls();
		assertThat(fit.layers().get(0).kernel()).isEqualTo(new Memory(65536, 65536));
		assertThat(fit.layers().get(0).neuron()).isEqualTo(new Memory(1, 65536));
	}

	@Test
	void competitionsThatHaveNothingToDoWithEachOtherAreToldApart() {
		List<ChipLayer> layers = new ArrayList<>(Collections.nCopies(3, ofMemory("kernel", 65536, 1)));
		layers.addAll(Collections.nCopies(5, ofMemory("neuron", 1, 65536)));
		Fit fit = Fit.of(speck(), layers, BITS);
		assertThat(fit.violations()).hasSize(8);
		assertThat(fit.violations().subList(0, 3)).extracting(Violation::found).containsOnly(3L);
		assertThat(fit.violations().subList(3, 8)).extracting(Violation::found).containsOnly(5L);
		assertThat(fit.violations().get(3).allowed()).containsExactly(3);
	}

	@Test
	void competitionReachesAsFarAsLayersCanBeMoved() {
		List<ChipLayer> layers = new ArrayList<>(Collections.nCopies(3, ofMemory("kernel", 20000, 1)));
		layers.addAll(Collections.nCopies(2, ofMemory("large", 65536, 1)));
		Fit fit = Fit.of(speck(), layers, BITS);
		assertThat(fit.violations()).hasSize(5).allSatisfy((violation) -> {
			assertThat(violation.found()).isEqualTo(5);
			assertThat(violation.allowed()).containsExactly(4);
			assertThat(violation.message()).contains("cores than 3, 4, 5, 6");
		});
	}

	/** Whichever of the two is met first. */
	@ParameterizedTest
	@CsvSource({ "true", "false" })
	void competitionsForTheSameCoresAreOne(boolean largeFirst) {
		List<ChipLayer> layers = new ArrayList<>(Collections.nCopies(3, ofMemory("large", 65536, 1)));
		layers.addAll(largeFirst ? 3 : 0, Collections.nCopies(3, ofMemory("kernel", 20000, 1)));
		assertThat(Fit.of(speck(), layers, BITS).violations()).hasSize(6).allSatisfy((violation) -> {
			assertThat(violation.found()).isEqualTo(6);
			assertThat(violation.allowed()).containsExactly(4);
		});
	}

	@Test
	void tenCompetitorsAreAllNamed() {
		Fit fit = Fit.of(speck(), IntStream.range(0, 10).mapToObj((i) -> ofMemory("l" + i, 65536, 1)).toList(), BITS);
		assertThat(fit.violations().get(10).message()).contains("l8, l9) fit on no other");
	}

	@Test
	void manyCompetitorsAreNotAllNamed() {
		Fit fit = Fit.of(speck(), IntStream.range(0, 12).mapToObj((i) -> ofMemory("l" + i, 65536, 1)).toList(), BITS);
		assertThat(fit.violations().get(0).limit()).isEqualTo(ChipLimit.LAYERS);
		assertThat(fit.violations()).hasSize(13);
		assertThat(fit.violations().get(12).message()).contains("l9 and 2 more)");
	}

	@Test
	void tooManyLayers() {
		Fit fit = Fit.of(speck(), Collections.nCopies(10, ofMemory("x", 1, 1)), BITS);
		assertThat(fit.fits()).isFalse();
		assertThat(fit.violations()).containsExactly(new Violation(null, ChipLimit.LAYERS, 10, List.of(9),
				"the network has 10 layers, speck2e allows at most 9"));
		assertThat(Fit.of(speck(), Collections.nCopies(9, ofMemory("x", 1, 1)), BITS).fits()).isTrue();
	}

	// Memory

	@Test
	void memoryThatNoCoreHas() {
		Fit fit = Fit.of(speck(), List.of(ofMemory("a", 65537, 69632)), BITS);
		assertThat(fit.violations()).extracting(Violation::limit)
			.containsExactly(ChipLimit.KERNEL_MEMORY, ChipLimit.NEURON_MEMORY);
		assertThat(fit.violations()).extracting(Violation::found).containsExactly(65537L, 69632L);
		assertThat(fit.violations()).extracting(Violation::allowed).containsOnly(List.of(65536));
		assertThat(fit.violations().get(0).message())
			.isEqualTo("layer a: it needs 65537 entries of kernel memory, speck2e allows at most 65536");
	}

	@ParameterizedTest
	@CsvSource({ "65536, 20480, 16384", "32769, 20480, 16384", "32768, 36864, 32768", "16385, 36864, 32768" })
	void memoriesThatNoCoreHasTogether(int kernel, int neuron, int allowed) {
		Fit fit = Fit.of(speck(), List.of(ofMemory("a", kernel, neuron)), BITS);
		assertThat(fit.violations()).hasSize(1);
		Violation violation = fit.violations().get(0);
		assertThat(violation.limit()).isEqualTo(ChipLimit.NEURON_MEMORY);
		assertThat(violation.found()).isEqualTo(neuron);
		assertThat(violation.allowed()).containsExactly(allowed);
		assertThat(violation.message()).contains("on a core that holds its " + kernel + " entries of kernel memory");
		assertThat(Fit.of(speck(), List.of(ofMemory("a", kernel, allowed)), BITS).fits()).isTrue();
	}

	@Test
	void biasOnAMiniChip() {
		ChipLayer biased = new ChipLayer("a", Shape.of(8, 1, 1, 1), Shape.of(1, 64, 64), Shape.of(8, 64, 64), 1, 1, 0,
				0, List.of(1), true);
		Fit fit = Fit.of(device("speck2cmini"), List.of(biased), BITS);
		assertThat(fit.violations()).hasSize(1).allSatisfy((violation) -> {
			assertThat(violation.limit()).isEqualTo(ChipLimit.BIAS_MEMORY);
			assertThat(violation.found()).isEqualTo(8);
			assertThat(violation.allowed()).containsExactly(0);
			assertThat(violation.message()).contains("8 entries of kernel memory and 32768 of neuron memory");
		});
	}

	@Test
	void biasesThatNoCoreHolds() {
		ChipLayer layer = new ChipLayer("a", Shape.of(1025, 1, 1, 1), Shape.of(1, 1, 1), Shape.of(1025, 1, 1), 1, 1, 0,
				0, List.of(1), true);
		assertThat(Fit.of(speck(), List.of(layer), BITS).violations()).extracting(Violation::limit)
			.containsExactly(ChipLimit.OUTPUT_CHANNELS, ChipLimit.BIAS_MEMORY);
	}

	// Sizes

	@ParameterizedTest
	@CsvSource({ "input_height, 129, 128", "input_width, 129, 128", "input_channels, 1025, 1024",
			"output_height, 65, 64", "output_width, 65, 64", "output_channels, 1025, 1024", "kernel_size, 17, 16",
			"padding_height, 8, 7", "padding_width, 8, 7", "weight_bits, 9, 8", "bias_bits, 9, 8",
			"state_bits, 17, 16" })
	void limitsAreInclusive(String limit, int found, int allowed) {
		assertThat(violations(limit, found)).singleElement().satisfies((violation) -> {
			assertThat(violation.limit().label()).isEqualTo(limit);
			assertThat(violation.limit().isChoice()).isFalse();
			assertThat(violation.found()).isEqualTo(found);
			assertThat(violation.allowed()).containsExactly(allowed);
			assertThat(violation.message()).contains(" " + found).endsWith("speck2e allows at most " + allowed);
			assertThat(violation.layer() == null).isEqualTo(limit.endsWith("bits"));
		});
		assertThat(violations(limit, allowed)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "stride_height, 3, 1;2;4;8", "stride_width, 16, 1;2;4;8", "pooling, 3, 1;2;4", "pooling, 8, 1;2;4" })
	void choicesAreListed(String limit, int found, String allowed) {
		List<Integer> choices = Stream.of(allowed.split(";")).map(Integer::valueOf).toList();
		assertThat(violations(limit, found)).singleElement().satisfies((violation) -> {
			assertThat(violation.limit().label()).isEqualTo(limit);
			assertThat(violation.limit().isChoice()).isTrue();
			assertThat(violation.found()).isEqualTo(found);
			assertThat(violation.allowed()).isEqualTo(choices);
			assertThat(violation.message()).endsWith("one of " + allowed.replace(";", ", "));
		});
		for (int choice : choices) {
			assertThat(violations(limit, choice)).isEmpty();
		}
	}

	/** Those of a layer that is at one value of its sizes, else as small as can be. */
	private static List<Violation> violations(String limit, int value) {
		ChipLayer layer = new ChipLayer("x",
				Shape.of(at("output_channels", limit, value), at("input_channels", limit, value),
						at("kernel_size", limit, value), at("kernel_size", limit, value)),
				Shape.of(at("input_channels", limit, value), at("input_height", limit, value),
						at("input_width", limit, value)),
				Shape.of(at("output_channels", limit, value), at("output_height", limit, value),
						at("output_width", limit, value)),
				at("stride_height", limit, value), at("stride_width", limit, value),
				limit.equals("padding_height") ? value : 0, limit.equals("padding_width") ? value : 0,
				List.of(at("pooling", limit, value)), false);
		return Fit
			.of(speck(), List.of(layer),
					new BitWidths(at("weight_bits", limit, value), at("bias_bits", limit, value),
							at("state_bits", limit, value)))
			.violations();
	}

	@Test
	void poolingOfEachDestinationIsChecked() {
		assertThat(pools(2, 3)).extracting(Violation::limit).containsExactly(ChipLimit.POOLING);
		assertThat(pools(8, 3)).extracting(Violation::found).containsExactly(8L, 3L);
		assertThat(pools(1, 4)).isEmpty();
		assertThat(pools()).isEmpty();
	}

	@Test
	void aCoreHasTwoDestinations() {
		assertThat(pools(2, 2)).isEmpty();
		assertThat(pools(1, 2, 4)).singleElement().satisfies((violation) -> {
			assertThat(violation.limit().label()).isEqualTo("destinations");
			assertThat(violation.limit().isChoice()).isFalse();
			assertThat(violation.found()).isEqualTo(3);
			assertThat(violation.allowed()).containsExactly(2);
		});
	}

	private static List<Violation> pools(Integer... pools) {
		ChipLayer layer = new ChipLayer("x", Shape.of(1, 1, 1, 1), Shape.of(1, 1, 1), Shape.of(1, 1, 1), 1, 1, 0, 0,
				List.of(pools), false);
		return Fit.of(speck(), List.of(layer), BITS).violations();
	}

	private static int at(String name, String limit, int value) {
		return name.equals(limit) ? value : 1;
	}

	@Test
	void layerWhoseSizesAreOverStillGetsItsCore() {
		ChipLayer layer = new ChipLayer("x", Shape.of(1, 1, 1, 1), Shape.of(1, 1, 1), Shape.of(1, 1, 1), 3, 3, 0, 0,
				List.of(1), false);
		Fit fit = Fit.of(speck(), List.of(layer), BITS);
		assertThat(fit.fits()).isFalse();
		assertThat(fit.violations()).hasSize(2);
		assertThat(fit.layers().get(0).core()).isEqualTo(0);
	}

	@Test
	void memoryOfSizesThatAreAllLarge() {
		ChipLayer layer = new ChipLayer("x", Shape.of(1, 1, 46340, 46340), Shape.of(1, 46340, 46340),
				Shape.of(1, 46340, 46340), 1, 1, 0, 0, List.of(1), true);
		assertThat(layer.kernelMemory()).isEqualTo(1L << 31);
		assertThat(layer.neuronMemory()).isEqualTo(1L << 32);
		assertThat(layer.biasMemory()).isEqualTo(1);
	}

	/**
	 * Of exactly so much kernel and neuron memory: neither is rounded up.
	 * @param neuron at most 1024, or a multiple of 4096
	 */
	private static ChipLayer ofMemory(String name, int kernel, int neuron) {
		Shape output = (neuron <= 1024) ? Shape.of(neuron, 1, 1) : Shape.of(neuron / 4096, 64, 64);
		return new ChipLayer(name, Shape.of(1, kernel, 1, 1), Shape.of(1, 1, 1), output, 1, 1, 0, 0, List.of(1), false);
	}

	/** A square layer with a bias. */
	private static ChipLayer layer(String name, int outputs, int inputs, int kernel, int in, int out, int stride,
			int padding, int pooling) {
		return new ChipLayer(name, Shape.of(outputs, inputs, kernel, kernel), Shape.of(inputs, in, in),
				Shape.of(outputs, out, out), stride, stride, padding, padding, List.of(pooling), true);
	}

	private static Device speck() {
		return device("speck2e");
	}

	private static Device device(String name) {
		return Objects.requireNonNull(Devices.named(name));
	}

}
