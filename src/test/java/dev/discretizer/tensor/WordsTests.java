package dev.discretizer.tensor;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WordsTests {

	private static final List<String> FIVE = List.of("a", "b", "c", "d", "e");

	@Test
	void listsAreWrittenOutUpToTheMost() {
		assertThat(Words.some(FIVE, 5)).isEqualTo("a, b, c, d, e");
		assertThat(Words.some(FIVE, 4)).isEqualTo("a, b, c, d and 1 more");
		assertThat(Words.some(FIVE, 3, "; ", "; and ")).isEqualTo("a; b; c; and 2 more");
		assertThat(Words.some(List.of(), 3)).isEmpty();
	}

}
