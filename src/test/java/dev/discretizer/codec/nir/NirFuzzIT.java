package dev.discretizer.codec.nir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

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

	/**
	 * A file that is changed so many times.
	 */
	private record Changed(byte[] file, int count) implements Callable<Integer> {

		/** Returns how many were refused. */
		@Override
		public Integer call() {
			NirMutations mutations = new NirMutations(this.file, SEED);
			mutations.run(this.count);
			return mutations.refused();
		}

	}

	@Test
	void readsOrRefusesWhateverChangedFilesSay() throws Exception {
		List<Changed> files = new ArrayList<>();
		List<String> names = NirFiles.readable();
		for (String name : names) {
			files.add(new Changed(NirFiles.bytes("read/" + name), COUNT / names.size()));
		}
		for (String name : List.of("mnist.nir", "scnn_mnist.nir")) {
			Path file = NirFiles.REAL.resolve(name);
			if (Files.exists(file)) {
				files.add(new Changed(Files.readAllBytes(file), COUNT / 2));
			}
		}
		int refused = 0;
		try (ExecutorService threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
			for (Future<Integer> file : threads.invokeAll(files)) {
				refused += file.get();
			}
		}
		assertThat(refused).isPositive();
	}

}
