package dev.discretizer.codec.safetensors;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;

import dev.discretizer.codec.CountingAllowance;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.LimitExceededException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Mutations of the fixtures end in tensors or in one of the two errors of a decoder. */
class SafetensorsFuzzTests {

	private static final int RUNS = 60_000;

	private static final String[] SNIPPETS = { "{", "}", "[", "]", ",", ":", "\"", "\\", "\\ud83d", "\\u0000", "null",
			"true", "-", "-0", "1e999", "0.5", "9007199254740992", "18446744073709551616", "\"dtype\"", "\"shape\"",
			"\"data_offsets\"", "\"__metadata__\"", "\"F64\"", "\"F4\"", "[0,0]", "[0,8]", "{}", "[]", " ", "\n",
			"\u0000", "\ud83d\ude00" };

	private final Random random = new Random(20260807);

	private final List<byte[]> seeds = seeds();

	@Test
	void anyBytesEndInTensorsOrAKnownError() throws IOException {
		int read = 0;
		int malformed = 0;
		for (int run = 0; run < RUNS; run++) {
			byte[] file = mutated();
			try {
				assertSound(file);
				read++;
			}
			catch (MalformedInputException | LimitExceededException ex) {
				assertThat(ex.getMessage()).hasSizeLessThan(1000);
				malformed++;
			}
			catch (RuntimeException | Error ex) {
				throw new AssertionError("run " + run + ": " + Base64.getEncoder().encodeToString(file), ex);
			}
		}
		assertThat(read).isGreaterThan(RUNS / 50);
		assertThat(malformed).isGreaterThan(RUNS / 2);
	}

	private void assertSound(byte... file) throws IOException {
		CountingAllowance allowance = CountingAllowance.defaults();
		long length = this.random.nextBoolean() ? file.length : -1;
		Map<String, FloatTensor> tensors;
		try {
			tensors = SafetensorsReader.read(new ByteArrayInputStream(file), length, allowance);
		}
		finally {
			// Whatever it declares, it takes memory in proportion to what it sends, but
			// for
			// a header that it declares and never sends.
			assertThat(allowance.reserved()).isLessThanOrEqualTo((1 << 20) + 16L * file.length + 2048);
		}
		int elements = tensors.values().stream().mapToInt(FloatTensor::elements).sum();
		assertThat(elements).isLessThanOrEqualTo(file.length);
	}

	private byte[] mutated() {
		byte[] file = this.seeds.get(this.random.nextInt(this.seeds.size()));
		for (int i = this.random.nextInt(4); i > 0; i--) {
			file = mutate(file);
		}
		// Else most would only disagree with the length of their header.
		if (file.length >= 8 && this.random.nextInt(8) > 0) {
			int end = 0;
			for (int i = 8; i < file.length; i++) {
				end = (file[i] == '}') ? i - 7 : end;
			}
			ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(end);
		}
		return file;
	}

	private byte[] mutate(byte... file) {
		int at = this.random.nextInt(file.length + 1);
		int to = Math.min(file.length, at + 1 + this.random.nextInt(12));
		return switch (this.random.nextInt(6)) {
			case 0 -> replaced(file, at, to, new byte[0]);
			case 1 ->
				replaced(file, at, at, SNIPPETS[this.random.nextInt(SNIPPETS.length)].getBytes(StandardCharsets.UTF_8));
			case 2 ->
				replaced(file, at, to, SNIPPETS[this.random.nextInt(SNIPPETS.length)].getBytes(StandardCharsets.UTF_8));
			case 3 -> replaced(file, at, at, Arrays.copyOfRange(file, at, to));
			case 4 -> Arrays.copyOf(file, this.random.nextInt(file.length + 8));
			default -> flipped(file, at);
		};
	}

	private byte[] flipped(byte[] file, int at) {
		byte[] flipped = file.clone();
		if (at < flipped.length) {
			flipped[at] ^= (byte) (1 << this.random.nextInt(8));
		}
		return flipped;
	}

	private static byte[] replaced(byte[] file, int from, int to, byte... by) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		out.write(file, 0, from);
		out.writeBytes(by);
		out.write(file, to, file.length - to);
		return out.toByteArray();
	}

	private static List<byte[]> seeds() {
		List<byte[]> seeds = new ArrayList<>();
		for (String[] cells : Files.table("verdicts.tsv")) {
			seeds.add(Base64.getDecoder().decode(cells[5]));
		}
		for (int i = 0; i < 20; i++) {
			seeds.add(Files.fixture("every-dtype.safetensors"));
			seeds.add(Files.fixture("answer.safetensors"));
		}
		return seeds;
	}

}
