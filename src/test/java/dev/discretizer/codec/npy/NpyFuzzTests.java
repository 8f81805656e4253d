package dev.discretizer.codec.npy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import dev.discretizer.codec.CountingAllowance;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.RequestLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/** Whatever the bytes, a reader reads them or refuses them in words of its own. */
class NpyFuzzTests {

	private static final int[] BYTES = { 0, 1, 2, 0x7f, 0x80, 0xfe, 0xff, '(', ')', '{', '}', '\'', ',', '9', 'L' };

	private interface Reader {

		void read(InputStream in, long length, Allowance allowance) throws IOException;

	}

	@Test
	void refusesOrReadsMutatedNpyFiles() {
		List<byte[]> files = Stream
			.concat(Fixtures.reads("reads.csv").map((read) -> read.file),
					Stream.of(Fixtures.npy(2, Fixtures.header("<f4", "True", "(2L, 3L)"), new byte[24])))
			.toList();
		Reader reader = (in, length, allowance) -> NpyReader.read(in, length, "x", allowance);
		int refused = fuzz(files, 30_000, reader);
		assertThat(refused).isBetween(20_000, 59_000);
	}

	@ParameterizedTest
	@ValueSource(strings = { "savez.npz", "savez_compressed.npz", "savez_unseekable.npz", "empty.npz" })
	void refusesOrReadsMutatedArchives(String file) {
		int refused = fuzz(List.of(Fixtures.bytes(file)), 3_000, NpzReader::read);
		assertThat(refused).isPositive();
	}

	@Test
	void refusesOrReadsArchivesWithMutatedFieldsOnly() {
		// The directory starts here, and mutations meet it alone.
		byte[] zip = ZipBytes.of(new ZipBytes.Entry("a.npy", Fixtures.npy("|i1", "(2,)", new byte[2])),
				new ZipBytes.Entry("b.npy", Fixtures.npy("<f8", "(2,)", new byte[16])).deflated());
		int directory = zip.length - 22 - 2 * (46 + 5);
		Random random = new Random(3);
		for (int i = 0; i < 10_000; i++) {
			byte[] mutated = zip.clone();
			for (int j = random.nextInt(3); j >= 0; j--) {
				mutated[directory
						+ random.nextInt(zip.length - directory)] = (byte) BYTES[random.nextInt(BYTES.length)];
			}
			tryToRead(NpzReader::read, mutated, random.nextBoolean());
		}
	}

	/** Returns how many were refused, of twice as many as mutations. */
	private static int fuzz(List<byte[]> files, int mutations, Reader reader) {
		Random random = new Random(42);
		int refused = 0;
		for (int i = 0; i < mutations; i++) {
			byte[] mutated = mutated(files.get(random.nextInt(files.size())), random);
			refused += tryToRead(reader, mutated, true) ? 0 : 1;
			refused += tryToRead(reader, mutated, false) ? 0 : 1;
		}
		return refused;
	}

	private static boolean tryToRead(Reader reader, byte[] bytes, boolean known) {
		CountingAllowance allowance = CountingAllowance.defaults()
			.with(RequestLimit.ELEMENTS, 1_000_000)
			.with(RequestLimit.INFLATED, 1_000_000)
			.with(RequestLimit.HEADER, 10_000);
		try {
			reader.read(new ByteArrayInputStream(bytes), known ? bytes.length : -1, allowance);
			return true;
		}
		catch (MalformedInputException | LimitExceededException ex) {
			return isFitToBeSeen(String.valueOf(ex.getMessage())) ? false : fail("shows too much", ex);
		}
		catch (IOException | RuntimeException ex) {
			return fail("bytes " + HexFormat.of().formatHex(bytes), ex);
		}
		finally {
			if (allowance.reserved() > 10_000_000) {
				fail("takes " + allowance.reserved() + " bytes");
			}
		}
	}

	private static boolean isFitToBeSeen(String message) {
		return message.length() < 600 && !message.contains("Exception") && !message.contains("java.")
				&& !message.contains("org.");
	}

	private static byte[] mutated(byte[] file, Random random) {
		byte[] bytes = file.clone();
		for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
			int at = random.nextInt(bytes.length);
			switch (random.nextInt(5)) {
				case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
				case 1 -> bytes[at] = (byte) BYTES[random.nextInt(BYTES.length)];
				case 2 -> bytes = Arrays.copyOf(bytes, at);
				case 3 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(8)),
						(byte) BYTES[random.nextInt(BYTES.length)]);
				default -> bytes = spliced(bytes, at, random.nextInt(bytes.length));
			}
		}
		return bytes;
	}

	/** A piece of the bytes repeated, or left out. */
	private static byte[] spliced(byte[] bytes, int to, int from) {
		byte[] spliced = Arrays.copyOf(bytes, to + bytes.length - from);
		System.arraycopy(bytes, from, spliced, to, bytes.length - from);
		return spliced;
	}

}
