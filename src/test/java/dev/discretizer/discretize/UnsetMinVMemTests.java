package dev.discretizer.discretize;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class UnsetMinVMemTests {

	@ParameterizedTest
	@EnumSource
	void everyMeaningIsFoundByItsLabel(UnsetMinVMem meaning) {
		assertThat(UnsetMinVMem.ofLabel(meaning.label())).isEqualTo(meaning);
		assertThat(UnsetMinVMem.ofLabel(meaning.name())).isNull();
	}

	@Test
	void labelsAreThoseOfTheApi() {
		assertThat(UnsetMinVMem.values()).extracting(UnsetMinVMem::label)
			.containsExactly("reference", "negative_threshold", "chip_minimum");
	}

}
