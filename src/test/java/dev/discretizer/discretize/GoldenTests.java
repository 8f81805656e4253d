package dev.discretizer.discretize;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every case that sinabs 3.1.3 computed, to the last bit of scale and values.
 */
class GoldenTests {

	private static final int CASES = 900;

	private static final AtomicInteger ran = new AtomicInteger();

	@TestFactory
	Stream<DynamicTest> determineDiscretizationScale() {
		return cases("determine_discretization_scale", (golden) -> {
			Json input = golden.at("input");
			float scale = DiscretizationScale.of(input.at("tensor").givenTensor(), "tensor",
					Precision.of(input.at("bits").asLong(), "bits"));
			assertScale(scale, golden.at("expect"));
		});
	}

	@TestFactory
	Stream<DynamicTest> discretizeTensor() {
		return cases("discretize_tensor", (golden) -> {
			Json input = golden.at("input");
			DiscretizedTensor result = TensorDiscretization.discretize(input.at("tensor").givenTensor(), "tensor",
					input.at("scaling").asFloat(), null, input.at("to_int").asBoolean(), true);
			Json expected = golden.at("expect");
			assertThat(result.scale()).isEqualTo(input.at("scaling").asFloat());
			assertThat(result.tensor().dtype().label()).isEqualTo(expected.at("dtype").text());
			assertThat(result.tensor().shape()).isEqualTo(input.at("tensor").at("shape").shape());
			assertData(result.tensor(), expected.at("data"));
		});
	}

	@TestFactory
	Stream<DynamicTest> discretizeScalar() {
		return cases("discretize_scalar", (golden) -> {
			Json input = golden.at("input");
			assertThat(ScalarDiscretization.discretize(input.at("value").asDouble(), input.at("scaling").asDouble()))
				.isEqualTo(golden.at("expect").at("value").asLong());
		});
	}

	@TestFactory
	Stream<DynamicTest> discretizeConv() {
		return cases("discretize_conv", (golden) -> {
			Json input = golden.at("input");
			DiscretizedLayer result = layer(input, input, null);
			assertScale(result.scale(), golden.at("expect"));
			assertConv(result, golden);
		});
	}

	@TestFactory
	Stream<DynamicTest> discretizeSpk() {
		return cases("discretize_spk", (golden) -> {
			Json input = golden.at("input");
			DiscretizedLayer result = layer(input, input.at("spike"), input.at("spike").at("v_mem").tensor());
			assertScale(result.scale(), golden.at("expect"));
			assertSpike(result, golden);
		});
	}

	@TestFactory
	Stream<DynamicTest> discretizeConvSpike() {
		return cases("discretize_conv_spike", (golden) -> {
			Json input = golden.at("input");
			DiscretizedLayer result = layer(input, input.at("spike"), input.at("spike").at("v_mem").tensor());
			assertScale(result.scale(), golden.at("expect"));
			assertConv(result, golden);
			assertSpike(result, golden);
		});
	}

	@AfterAll
	static void all900CasesRan() {
		assertThat(ran).hasValue(CASES);
	}

	private static Stream<DynamicTest> cases(String function, Consumer<Json> check) {
		List<Json> cases = Json.lines("/golden/" + function + ".jsonl.gz");
		return IntStream.range(0, cases.size())
			.mapToObj((i) -> DynamicTest.dynamicTest("%s case %d".formatted(function, i), () -> {
				ran.incrementAndGet();
				check.accept(cases.get(i));
			}));
	}

	private static DiscretizedLayer layer(Json input, Json thresholds, @Nullable FloatTensor vMem) {
		LayerOptions defaults = LayerOptions.DEFAULTS;
		LayerOptions options = new LayerOptions(input.at("to_int").asBoolean(), defaults.weightBits(),
				defaults.biasBits(), defaults.stateBits(), defaults.rescale(), defaults.unsetMinVMem(), true,
				ScaleRule.REFERENCE, false);
		Json conv = input.at("conv");
		return LayerDiscretization.discretize(
				new Layer(conv.at("weight").givenTensor(), conv.at("bias").tensor(),
						thresholds.at("spike_threshold").givenTensor(), thresholds.at("min_v_mem").tensor(), vMem),
				options);
	}

	private static void assertScale(float scale, Json expected) {
		assertThat(Float.floatToRawIntBits(scale)).isEqualTo(expected.at("scale_bits").asInt());
	}

	private static void assertConv(DiscretizedLayer result, Json golden) {
		DType integer = golden.at("input").at("to_int").asBoolean() ? DType.INT8 : DType.FLOAT32;
		Json expected = golden.at("expect").at("conv");
		assertTensor(result.weight(), integer, expected.at("weight"));
		assertTensor(result.bias(), integer, expected.at("bias"));
	}

	private static void assertSpike(DiscretizedLayer result, Json golden) {
		DType integer = golden.at("input").at("to_int").asBoolean() ? DType.INT16 : DType.FLOAT32;
		Json expected = golden.at("expect").at("spike");
		assertTensor(result.spikeThreshold(), integer, Json.parse("[" + expected.at("spike_threshold").text() + "]"));
		assertTensor(result.minVMem(), integer, Json.parse("[" + expected.at("min_v_mem").text() + "]"));
		assertTensor(result.vMem(), integer, expected.at("v_mem"));
	}

	private static void assertTensor(@Nullable DiscreteTensor tensor, DType dtype, Json expected) {
		if (expected.isNull()) {
			assertThat(tensor).isNull();
			return;
		}
		DiscreteTensor present = Objects.requireNonNull(tensor);
		assertThat(present.dtype()).isEqualTo(dtype);
		if (expected.isObject()) {
			assertThat(present.shape()).isEqualTo(expected.at("shape").shape());
		}
		assertData(present, expected.isObject() ? expected.at("data") : expected);
	}

	/** Floats by their bits, so that -0.0 is not 0.0. */
	private static void assertData(DiscreteTensor tensor, Json expected) {
		if (tensor.dtype() == DType.FLOAT32) {
			assertThat(bits(Values.floats(tensor))).isEqualTo(bits(expected.floats()));
		}
		else {
			assertThat(Values.ints(tensor)).isEqualTo(expected.ints());
		}
	}

	private static int[] bits(float[] floats) {
		return IntStream.range(0, floats.length).map((i) -> Float.floatToRawIntBits(floats[i])).toArray();
	}

}
