package dev.discretizer.codec.nir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Some thousand changes to each of some files; {@code NirFuzzIT} makes as many as are
 * wanted.
 */
class NirFuzzTests {

	@ParameterizedTest
	@ValueSource(strings = { "network-1.0.4", "network-1.0.8", "scalars", "chunks", "names", "texts", "others" })
	void readsOrRefusesChangedFiles(String name) {
		NirMutations mutations = new NirMutations(NirFiles.bytes("read/" + name), 1);
		mutations.run(2000);
		assertThat(mutations.refused()).isBetween(500, 1999);
	}

	@ParameterizedTest
	@ValueSource(strings = { "libver-latest", "libver-v110", "names-latest" })
	void readsOrRefusesChangedFilesWhoseChecksumsArePutRight(String name) {
		NirMutations mutations = new NirMutations(NirFiles.bytes("read/" + name), 2);
		assertThat(mutations.sums()).isGreaterThan(20);
		mutations.run(2000);
		assertThat(mutations.refused()).isBetween(500, 1999);
	}

	@ParameterizedTest
	@ValueSource(strings = { "mnist", "scnn_mnist" })
	void readsOrRefusesChangedRealNetworks(String name) throws IOException {
		Path file = NirFiles.REAL.resolve(name + ".nir");
		assumeTrue(Files.exists(file), () -> file + " is not there");
		NirMutations mutations = new NirMutations(Files.readAllBytes(file), 3);
		mutations.run(500);
		assertThat(mutations.refused()).isBetween(50, 499);
	}

}
