package dev.discretizer.web.openapi;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.discretizer.web.api.Endpoint;
import dev.discretizer.web.api.Format;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That the examples show what they say they show.
 */
class ExamplesTests {

	private static final Map<String, String> TRAPS = Map.of("unset_min_v_mem", "LOW_THRESHOLD_LIMITS", "large_bias",
			"BIAS_LIMITS", "tiny_threshold", "THRESHOLD_ROUNDS_TO_ZERO", "left_over_v_mem", "STATE_LIMITS", "four_bits",
			"BIAS_UNDERFLOW");

	private static final EnumSet<Endpoint> LAYERS = EnumSet.of(Endpoint.CONV, Endpoint.SPIKE, Endpoint.CONV_SPIKE);

	static Stream<Examples.Example> layers() {
		Examples examples = Examples.load();
		return LAYERS.stream().flatMap((endpoint) -> examples.of(endpoint, Format.JSON).stream());
	}

	@ParameterizedTest
	@MethodSource("layers")
	void aLayerIsWarnedAboutIfItIsATrap(Examples.Example example) {
		List<String> warnings = Examples.answer(example.answerFile())
			.path("findings")
			.valueStream()
			.filter((finding) -> finding.path("severity").asText().equals("warning"))
			.map((finding) -> finding.path("code").asText())
			.toList();
		if (example.summary().startsWith("Trap")) {
			assertThat(warnings).contains(TRAPS.get(example.name()));
		}
		else {
			assertThat(warnings).isEmpty();
		}
	}

	@Test
	void anUnsetLowerThresholdHoldsTheScaleAtOneUnlessItIsTheChips() {
		assertThat(answer(Endpoint.CONV_SPIKE, "unset_min_v_mem").path("scale").floatValue()).isEqualTo(1);
		assertThat(answer(Endpoint.CONV_SPIKE, "chip_minimum").path("scale").floatValue())
			.isEqualTo(answer(Endpoint.CONV_SPIKE, "first_layer").path("scale").floatValue());
	}

	@Test
	void aHalfRoundsToTheEvenNeighbour() {
		assertThat(answer(Endpoint.SCALAR, "half_to_even").path("value").intValue()).isEqualTo(2);
	}

	private static JsonNode answer(Endpoint endpoint, String name) {
		return Examples.load()
			.of(endpoint, Format.JSON)
			.stream()
			.filter((example) -> example.name().equals(name))
			.map((example) -> Examples.answer(example.answerFile()))
			.findFirst()
			.orElseThrow();
	}

}
