package dev.discretizer.codec.nir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * As many changes to each file as {@code fuzz.count} says, shared among all files; the
 * two real networks get as many again.
 */
@Tag("fuzz")
class NirFuzzIT {

	private static final int COUNT = Integer.getInteger("fuzz.count", 30_000);

	private static final long SEED = Long.getLong("fuzz.seed", 1);

	@Test
	void readsOrRefusesWhateverChangedFilesSay() throws IOException {
		List<String> names = NirFiles.readable();
		int refused = 0;
		for (String name : names) {
			NirMutations mutations = new NirMutations(NirFiles.bytes("read/" + name), SEED);
			mutations.run(COUNT / names.size());
			refused += mutations.refused();
		}
		for (String name : List.of("mnist.nir", "scnn_mnist.nir")) {
			Path file = NirFiles.REAL.resolve(name);
			if (Files.exists(file)) {
				NirMutations mutations = new NirMutations(Files.readAllBytes(file), SEED);
				mutations.run(COUNT / 2);
				refused += mutations.refused();
			}
		}
		assertThat(refused).isPositive();
	}

}
