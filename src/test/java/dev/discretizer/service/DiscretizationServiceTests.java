package dev.discretizer.service;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import dev.discretizer.budget.ClientGoneException;
import dev.discretizer.budget.ComputePermits;
import dev.discretizer.codec.FixedTensor;
import dev.discretizer.device.Devices;
import dev.discretizer.discretize.DiscretizedLayer;
import dev.discretizer.discretize.DiscretizedTensor;
import dev.discretizer.discretize.ImpossibleInputException;
import dev.discretizer.discretize.ImpossibleInputException.Cause;
import dev.discretizer.discretize.Layer;
import dev.discretizer.discretize.LayerOptions;
import dev.discretizer.discretize.ScaleRule;
import dev.discretizer.discretize.Term;
import dev.discretizer.graph.Network;
import dev.discretizer.graph.Plan;
import dev.discretizer.graph.StateDictOptions;
import dev.discretizer.graph.TestNetwork;
import dev.discretizer.network.NetworkOptions;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class DiscretizationServiceTests {

	private static final FloatTensor TENSOR = FloatTensor.of(Shape.of(3), 0.5f, -0.25f, 0);

	private final DiscretizationService service = new DiscretizationService(new ComputePermits(1));

	@Test
	void scaleIsThatOfEightBitsUnlessTold() {
		assertThat(this.service.scale(TENSOR, "tensor", null)).isEqualTo(new TensorScale(254f, 8, -0.25f, 0.5f));
		assertThat(this.service.scale(TENSOR, "tensor", 16L)).isEqualTo(new TensorScale(65534f, 16, -0.25f, 0.5f));
	}

	@Test
	void zerosHaveNoScale() {
		FloatTensor zeros = FloatTensor.of(Shape.of(2), 0, 0);
		assertThat(this.service.scale(zeros, "tensor", null)).isEqualTo(new TensorScale(null, 8, 0, 0));
	}

	@Test
	void scaleOfImpossibleBitsIsRefused() {
		assertThatExceptionOfType(ImpossibleInputException.class)
			.isThrownBy(() -> this.service.scale(TENSOR, "tensor", 25L))
			.satisfies((ex) -> {
				assertThat(ex.cause()).isEqualTo(Cause.BITS_OUT_OF_RANGE);
				assertThat(ex.field()).isEqualTo("bits");
			});
	}

	@Test
	void scalarIsRoundedHalfToEvenInBinary64() {
		assertThat(this.service.scalar(2.5, 1)).isEqualTo(2);
		assertThat(this.service.scalar(-3.5, 1)).isEqualTo(-4);
		assertThat(this.service.scalar(1e15 + 0.5, 2)).isEqualTo(2_000_000_000_000_001L);
	}

	@Test
	void tensorIsDiscretizedAsTold() {
		DiscretizedTensor result = this.service.tensor(TENSOR, "tensor", 10f, 4L, true, true, false);
		int[] q = new int[3];
		result.tensor().ints(0, q, 0, 3);
		assertThat(q).containsExactly(5, -2, 0);
		assertThat(Objects.requireNonNull(result.report()).levelsAvailable()).isEqualTo(16);
		assertThat(this.service.tensor(TENSOR, "tensor", null, null, false, false, false).report()).isNull();
	}

	@Test
	void layerIsDiscretizedAsTold() {
		Layer layer = new Layer(FloatTensor.of(Shape.of(1, 2), -1, 0.5f), null, FloatTensor.scalar(2), null, null);
		DiscretizedLayer result = this.service.layer(layer, LayerOptions.DEFAULTS);
		assertThat(result.scale()).isEqualTo(1);
		assertThat(result.scales().limitedBy()).isEqualTo(Term.THRESHOLD);
		assertThat(result.bias()).isNull();
	}

	@Test
	void networksAreDiscretizedFromGraphsAndStateDicts() {
		Network network = TestNetwork.oneLayer().network();
		NetworkResult result = this.service.network(network, NetworkOptions.DEFAULTS, false);
		assertThat(result.discretized().layers()).hasSize(1);
		assertThat(result.graph()).isNull();
		assertThat(this.service
			.network(Map.of("0.weight", TestNetwork.weight(1, 2)), new StateDictOptions(1f, 1.0, Map.of()),
					NetworkOptions.DEFAULTS)
			.discretized()
			.layers()).hasSize(1);
	}

	@Test
	void graphOfTheIntegersIsMadeWhenAskedFor() {
		Network network = TestNetwork.oneLayer().network();
		NetworkResult result = this.service.network(network, NetworkOptions.DEFAULTS, true);
		Network graph = Objects.requireNonNull(result.graph());
		assertThat(graph.edges()).isEqualTo(network.edges());
		assertThat(graph.nodes().keySet()).isEqualTo(network.nodes().keySet());
		assertThat(graph.nodes()).isNotEqualTo(network.nodes());
	}

	/** As hashlib has it: src/test/python/make_digest_fixtures.py. */
	@Test
	void provenanceDigestsWhatWentInAndWhatCameOut() {
		JsonNode expected = JsonMapper.builder()
			.build()
			.readTree(Objects.requireNonNull(getClass().getResourceAsStream("/tensor/digests.json")));
		Map<String, DiscreteTensor> outputs = new HashMap<>();
		Map<String, String> digests = new HashMap<>();
		expected.get("outputs").forEach((each) -> {
			Shape shape = Shape.of(each.get("shape").valueStream().mapToLong(JsonNode::asLong).toArray());
			DType dtype = Objects.requireNonNull(DType.ofLabel(each.get("dtype").asString()));
			double[] values = IntStream.range(0, shape.elements())
				.mapToDouble((i) -> ((i * 7919L + 13) % 251 - 125) / ((dtype == DType.FLOAT32) ? 8.0 : 1))
				.toArray();
			outputs.put(each.get("name").asString(), new FixedTensor(dtype, shape, values));
			digests.put(each.get("name").asString(), each.get("sha256").asString());
		});
		Provenance provenance = this.service.provenance(Map.of("weight", TENSOR), outputs);
		assertThat(provenance.outputs()).isEqualTo(digests);
		assertThat(provenance.digest()).isEqualTo(expected.get("digest").asString());
		// sha256 of struct.pack("<3f", 0.5, -0.25, 0)
		assertThat(provenance.inputs())
			.isEqualTo(Map.of("weight", "656ac601910fc5c17b93abef5033af235837baad437145f38044ccd3bc545c06"));
	}

	@Test
	void networksAreVerifiedAndSwept() {
		Network network = TestNetwork.oneLayer().network();
		Plan plan = Plan.of(network);
		Network integers = Objects.requireNonNull(this.service.network(network, NetworkOptions.DEFAULTS, true).graph());
		assertThat(this.service.verify(plan, NetworkOptions.DEFAULTS, Plan.of(integers), false).match().match())
			.isTrue();
		assertThat(this.service.verify(plan, NetworkOptions.DEFAULTS, plan, true).match().match()).isFalse();
		assertThat(this.service.sweep(plan, NetworkOptions.DEFAULTS, List.of(4L, 8L), null,
				List.of(ScaleRule.REFERENCE), () -> false))
			.hasSize(2);
	}

	/** A client that leaves after the first of three rows is asked for twice. */
	@Test
	void sweepEndsWhenItsClientLeaves() {
		Plan plan = Plan.of(TestNetwork.oneLayer().network());
		AtomicInteger asked = new AtomicInteger();
		assertThatExceptionOfType(ClientGoneException.class)
			.isThrownBy(() -> this.service.sweep(plan, NetworkOptions.DEFAULTS, List.of(2L, 4L, 8L), null,
					List.of(ScaleRule.REFERENCE), () -> asked.incrementAndGet() > 1));
		assertThat(asked).hasValue(2);
	}

	@Test
	void devicesAreListedAndFound() {
		assertThat(this.service.devices()).isEqualTo(Devices.all());
		assertThat(this.service.device("speck2e")).isSameAs(Devices.named("speck2e"));
		assertThat(this.service.device("speck9")).isNull();
	}

	@Test
	void permitIsGivenBackAfterAnImpossibleInput() {
		FloatTensor nan = FloatTensor.scalar(Float.NaN);
		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(ImpossibleInputException.class)
				.isThrownBy(() -> this.service.tensor(nan, "tensor", null, null, true, true, false));
		}
		assertThat(this.service.tensor(TENSOR, "tensor", null, null, true, true, false)).isNotNull();
	}

}
