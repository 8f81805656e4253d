package dev.discretizer.budget;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

class BodyDeadlineTests {

	private static final long SECOND = 1_000_000_000;

	/** The clock starts anywhere, also where it is about to overflow. */
	@ParameterizedTest
	@ValueSource(longs = { 0, -5, Long.MAX_VALUE - SECOND, Long.MIN_VALUE })
	void bodyMayTakeTheGraceAndTheTimeOfItsBytes(long start) {
		BodyDeadline deadline = new BodyDeadline(Duration.ofSeconds(5), 1000, start);
		assertThatNoException().isThrownBy(() -> deadline.check(0, start + 5 * SECOND));
		assertThatExceptionOfType(SlowBodyException.class).isThrownBy(() -> deadline.check(0, start + 5 * SECOND + 1));
		assertThatNoException().isThrownBy(() -> deadline.check(2500, start + 7 * SECOND + SECOND / 2));
		assertThatExceptionOfType(SlowBodyException.class)
			.isThrownBy(() -> deadline.check(2500, start + 7 * SECOND + SECOND / 2 + 1));
	}

	/** Until its deadline, but for the grace at least and 30 s at most. */
	@ParameterizedTest
	@ValueSource(longs = { 0, -5, Long.MAX_VALUE - SECOND, Long.MIN_VALUE })
	void nextByteIsAwaitedForAsLongAsTheBodyIsAhead(long start) {
		BodyDeadline deadline = new BodyDeadline(Duration.ofSeconds(5), 1000, start);
		assertThat(deadline.patience(0, start)).isEqualTo(5 * SECOND);
		assertThat(deadline.patience(0, start + 4 * SECOND)).isEqualTo(5 * SECOND);
		assertThat(deadline.patience(2500, start + SECOND)).isEqualTo(6 * SECOND + SECOND / 2);
		assertThat(deadline.patience(25_000, start)).isEqualTo(30 * SECOND);
		assertThat(deadline.patience(26_000, start + 2 * SECOND)).isEqualTo(29 * SECOND);
		assertThat(deadline.patience(2500, start + 8 * SECOND)).isEqualTo(5 * SECOND);
		assertThat(deadline.patience(Long.MAX_VALUE, start + 8 * SECOND)).isEqualTo(30 * SECOND);
	}

	@Test
	void lateBodyIsToldWhatArrivedAndWhatIsExpected() {
		BodyDeadline deadline = new BodyDeadline(Duration.ofSeconds(1), 65536, 0);
		assertThatExceptionOfType(SlowBodyException.class).isThrownBy(() -> deadline.check(100, 12_300_000_000L))
			.withMessageContainingAll("100 bytes", "12.3 s", "65536 bytes a second");
	}

}
