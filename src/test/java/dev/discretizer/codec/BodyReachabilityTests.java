package dev.discretizer.codec;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Arrays;
import java.util.Objects;

import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.nir.NirReader;
import dev.discretizer.codec.npy.NpzReader;
import dev.discretizer.tensor.Allowance;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A body that is read whole is garbage for the first collection after it was read or
 * refused: its reservation is given back then. A phantom reference, since weak ones are
 * cleared although a finalizer still holds on to the array.
 */
class BodyReachabilityTests {

	private static final long PATIENCE_MILLIS = 10_000;

	private interface Reader {

		Object read(InputStream in, long length, Allowance allowance) throws IOException;

	}

	@ParameterizedTest
	@CsvSource({ "npy/savez.npz, false", "npy/savez_compressed.npz, false", "npy/savez.npz, true",
			"npy/savez_compressed.npz, true" })
	void npz(String file, boolean cut) throws Exception {
		assertThatBodyIsGarbage(file, cut, NpzReader::read);
	}

	@ParameterizedTest
	@CsvSource({ "examples/tiny.nir, false", "examples/tiny.nir, true" })
	void hdf5(String file, boolean cut) throws Exception {
		assertThatBodyIsGarbage(file, cut, NirReader::read);
	}

	private static void assertThatBodyIsGarbage(String file, boolean cut, Reader reader) throws Exception {
		byte[] bytes = bytes(file);
		ReferenceQueue<byte[]> queue = new ReferenceQueue<>();
		Watched body = new Watched(cut ? Arrays.copyOf(bytes, bytes.length - 1) : bytes, queue);
		Object kept = read(body, cut ? bytes.length - 1 : bytes.length, reader);
		System.gc();
		assertThat(queue.remove(PATIENCE_MILLIS)).isSameAs(Objects.requireNonNull(body.reference));
		Reference.reachabilityFence(kept);
	}

	/** What is read, or why it is refused, is still there when the collector runs. */
	private static Object read(Watched body, int length, Reader reader) {
		try {
			return reader.read(body, length, Allowance.UNLIMITED);
		}
		catch (MalformedInputException ex) {
			assertThat(ex.cause()).isIn((Object[]) Cause.values());
			return ex;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static byte[] bytes(String file) throws IOException {
		try (InputStream in = BodyReachabilityTests.class.getResourceAsStream("/" + file)) {
			return Objects.requireNonNull(in, file).readAllBytes();
		}
	}

	/** Watches the array that it is read into. */
	private static final class Watched extends InputStream {

		private final InputStream in;

		private final ReferenceQueue<byte[]> queue;

		private @Nullable PhantomReference<byte[]> reference;

		private Watched(byte[] bytes, ReferenceQueue<byte[]> queue) {
			this.in = new ByteArrayInputStream(bytes);
			this.queue = queue;
		}

		@Override
		public int read() throws IOException {
			return this.in.read();
		}

		@Override
		public int read(byte[] dest, int offset, int length) throws IOException {
			if (this.reference == null) {
				this.reference = new PhantomReference<>(dest, this.queue);
			}
			return this.in.read(dest, offset, length);
		}

	}

}
