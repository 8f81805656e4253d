package dev.discretizer.codec;

import dev.discretizer.codec.MalformedInputException.Cause;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class NamesTests {

	@ParameterizedTest
	@ValueSource(strings = { "n", "\u03c9", "\ud83d\ude00" })
	void clipsBetweenCharacters(String character) {
		assertThat(Names.clip("")).isEmpty();
		assertThat(Names.clip(character.repeat(128))).isEqualTo(character.repeat(128));
		assertThat(Names.clip(character.repeat(129))).isEqualTo(character.repeat(128) + "...");
	}

	@Test
	void saysTensorOnce() {
		assertThat(Names.tensor("tensor")).isEqualTo("tensor");
		assertThat(Names.tensor("weight")).isEqualTo("tensor weight");
		assertThat(Names.tensor("n".repeat(1000))).isEqualTo("tensor " + "n".repeat(128) + "...");
	}

	/** The escapes of RFC 6901, section 3, and its examples in section 5. */
	@ParameterizedTest
	@CsvSource({ "weight,/weight", "a/b,/a~1b", "m~n,/m~0n", "~1,/~01", "c%d,/c%d" })
	void escapesPointersAsTheirSpecificationHasIt(String name, String pointer) {
		assertThat(Names.pointer("", name)).isEqualTo(pointer);
		assertThat(Names.pointer("/conv", name)).isEqualTo("/conv" + pointer);
	}

	@Test
	void aPointerIsWholeOrThereIsNone() {
		assertThat(Names.pointer("", "n".repeat(255))).isEqualTo("/" + "n".repeat(255));
		assertThat(Names.pointer("", "n".repeat(256))).isNull();
	}

	@Test
	void anErrorNamesTheTensorAndPointsToIt() {
		MalformedInputException error = Names.error(Cause.TRUNCATED, "a/b", "100%d of it");
		assertThat(error).hasMessage("tensor a/b: 100%d of it");
		assertThat(error.pointer()).isEqualTo("/a~1b");
		assertThat(error.cause()).isEqualTo(Cause.TRUNCATED);
	}

}
