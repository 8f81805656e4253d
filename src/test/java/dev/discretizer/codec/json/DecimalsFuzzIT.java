package dev.discretizer.codec.json;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Ten times as many decimals as {@code fuzz.count} says. */
@Tag("fuzz")
class DecimalsFuzzIT {

	private static final int COUNT = 10 * Integer.getInteger("fuzz.count", 30_000);

	private static final long SEED = Long.getLong("fuzz.seed", 1);

	@Test
	void readerAgreesWithJavaOnRandomAndNearTieDecimals() {
		assertThat(new RandomDecimals(SEED).differing(COUNT)).isEmpty();
	}

}
