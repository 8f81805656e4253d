package dev.discretizer.budget;

import java.time.Duration;

import dev.discretizer.tensor.RequestLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

class LimitsTests {

	private static final long LONGEST_ARRAY = Integer.MAX_VALUE - 8;

	@Test
	void eachLimitHasItsOwnValue() {
		Limits limits = new Limits(1, 2, 3, 4, 5, 6, 7, 8, Duration.ofSeconds(9), 14,
				new Limits.Simulation(10, 11, 12, 13));
		assertThat(limits.of(RequestLimit.BODY)).isEqualTo(1);
		assertThat(limits.of(RequestLimit.INFLATED)).isEqualTo(2);
		assertThat(limits.of(RequestLimit.ELEMENTS)).isEqualTo(3);
		assertThat(limits.of(RequestLimit.RANK)).isEqualTo(4);
		assertThat(limits.of(RequestLimit.TENSORS)).isEqualTo(5);
		assertThat(limits.of(RequestLimit.HEADER)).isEqualTo(6);
		assertThat(limits.of(RequestLimit.JSON_DEPTH)).isEqualTo(7);
		assertThat(limits.bodyMinRate()).isEqualTo(8);
		assertThat(limits.queueWait()).isEqualTo(Duration.ofSeconds(9));
		assertThat(limits.of(RequestLimit.SYNOPS)).isEqualTo(10);
		assertThat(limits.of(RequestLimit.STEPS)).isEqualTo(11);
		assertThat(limits.of(RequestLimit.RECORDINGS)).isEqualTo(12);
		assertThat(limits.simulation().atOnce()).isEqualTo(13);
		assertThat(limits.of(RequestLimit.JOINT_ELEMENTS)).isEqualTo(14);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 3, 4, 5, 6, 7, 8 })
	void noLimitIsBelowOne(int which) {
		assertThatIllegalArgumentException().isThrownBy(() -> limits(which, 0)).withMessageContaining("at least 1");
		assertThatIllegalArgumentException().isThrownBy(() -> limits(which, -1)).withMessageContaining("at least 1");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 5 })
	void noLimitOfBytesOrElementsIsAboveTheLongestArray(int which) {
		assertThatNoException().isThrownBy(() -> limits(which, LONGEST_ARRAY));
		assertThatIllegalArgumentException().isThrownBy(() -> limits(which, LONGEST_ARRAY + 1))
			.withMessageContaining(Long.toString(LONGEST_ARRAY));
	}

	/** Limits of 1, but for one. */
	private static Limits limits(int which, long value) {
		long[] v = { 1, 1, 1, 1, 1, 1, 1, 1, 1 };
		v[which] = value;
		return new Limits(v[0], v[1], v[2], Math.toIntExact(v[3]), Math.toIntExact(v[4]), v[5], Math.toIntExact(v[6]),
				v[7], Duration.ZERO, v[8], new Limits.Simulation(1, 1, 1, 1));
	}

}
