package dev.discretizer.service;

import java.util.Map;
import java.util.Objects;

import dev.discretizer.budget.ComputePermits;
import dev.discretizer.device.Devices;
import dev.discretizer.discretize.DiscretizedLayer;
import dev.discretizer.discretize.DiscretizedTensor;
import dev.discretizer.discretize.ImpossibleInputException;
import dev.discretizer.discretize.ImpossibleInputException.Cause;
import dev.discretizer.discretize.Layer;
import dev.discretizer.discretize.LayerOptions;
import dev.discretizer.discretize.Term;
import dev.discretizer.graph.Network;
import dev.discretizer.graph.StateDictOptions;
import dev.discretizer.graph.TestNetwork;
import dev.discretizer.network.NetworkOptions;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.junit.jupiter.api.Test;

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
		DiscretizedTensor result = this.service.tensor(TENSOR, "tensor", 10f, 4L, true, true);
		int[] q = new int[3];
		result.tensor().ints(0, q, 0, 3);
		assertThat(q).containsExactly(5, -2, 0);
		assertThat(Objects.requireNonNull(result.report()).levelsAvailable()).isEqualTo(16);
		assertThat(this.service.tensor(TENSOR, "tensor", null, null, false, false).report()).isNull();
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
				.isThrownBy(() -> this.service.tensor(nan, "tensor", null, null, true, true));
		}
		assertThat(this.service.tensor(TENSOR, "tensor", null, null, true, true)).isNotNull();
	}

}
