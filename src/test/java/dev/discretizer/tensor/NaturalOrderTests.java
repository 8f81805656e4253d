package dev.discretizer.tensor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class NaturalOrderTests {

	private static final List<String> SORTED = List.of("", "0.weight", "2", "2.bias", "2.weight", "10.weight", "010.x",
			"99999999999999999999.a", "100000000000000000000.a", "block.2.conv", "block.10.conv", "block-1", "conv",
			"conv.1", "conv2", "conv02", "conv10", "conv10.weight");

	@Test
	void numbersCountAndPartsComeFirst() {
		for (int seed = 0; seed < 100; seed++) {
			List<String> names = new ArrayList<>(List.of("10.weight", "2.weight", "2.bias", "0.weight", "conv10",
					"conv2", "conv", "conv.1", "block.10.conv", "block.2.conv", "block-1"));
			Collections.shuffle(names, new Random(seed));
			names.sort(NaturalOrder.INSTANCE);
			assertThat(names).containsExactly("0.weight", "2.bias", "2.weight", "10.weight", "block.2.conv",
					"block.10.conv", "block-1", "conv", "conv.1", "conv2", "conv10");
		}
	}

	@Test
	void numbersBeyondALongCount() {
		assertThat(compare("99999999999999999999", "100000000000000000000")).isNegative();
	}

	@Test
	void leadingZerosDecideLast() {
		assertThat(compare("conv02", "conv2")).isNegative();
		assertThat(compare("conv02.b", "conv2.a")).isPositive();
		assertThat(compare("0", "00")).isNegative();
	}

	@Test
	void orderIsTotal() {
		for (String a : SORTED) {
			for (String b : SORTED) {
				assertThat(compare(a, b)).isEqualTo(-compare(b, a));
				assertThat(compare(a, b) == 0).isEqualTo(a.equals(b));
				for (String c : SORTED) {
					if (compare(a, b) < 0 && compare(b, c) < 0) {
						assertThat(compare(a, c)).isNegative();
					}
				}
			}
		}
	}

	private static int compare(String a, String b) {
		return Integer.signum(NaturalOrder.INSTANCE.compare(a, b));
	}

}
