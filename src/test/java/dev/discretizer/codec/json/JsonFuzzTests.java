package dev.discretizer.codec.json;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.RequestValues;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.LimitExceededException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class JsonFuzzTests {

	private static final String[] BODIES = {
			"{\"conv\":{\"weight\":[[[1.5,-2e3],[3,4]],[[0.1,5],[6,7]]],\"bias\":null},\"f32\":0.1,\"mode\":\"\\u00e9\\n\"}",
			"{\"tensor\":{\"dtype\":\"int64\",\"shape\":[2,2],\"data\":[1,-9223372036854775808,3,4]},\"bits\":12}",
			"{\"tensor\":{\"dtype\":\"float32\",\"shape\":[3],\"base64\":\"AACAPwAAAEAAAEBA\"},\"to_int\":true}",
			"{\"tensor\":{\"base64\":\"AACAPwAAAEA=\",\"shape\":[4],\"dtype\":\"float16\"},\"f64\":1e-9}",
			"{\"tensor\":[[[[[]]],[[[]]]]],\"mode\":\"\u00e9\u20ac\ud83d\ude00\"}",
			"{\"tensor\":[[12,-0.5,1e-7],[0, -0 ,\n12345678]],\"bits\":8}",
			"{\"tensor\":{\"shape\":[4],\"data\":[0.10000000149011612, -2.5E3, 9007199254740993, 0]}}",
			"\ufeff{\"tensor\":-0.0,\"conv\":{}}" };

	/** Pieces that matter to the grammar or to a decoder. */
	private static final String[] PIECES = { "[", "]", "{", "}", ",", ":", "\"", "null", "true", "-", "1", "0", ".",
			"e9999", "E-9999", "9".repeat(30), "9".repeat(1001), "[[[[[[[[[[[[[", "\\", "\\u", "=", "\"data\":",
			"\"shape\":", "\"base64\":", "\"dtype\":", "\"conv\":", "NaN", "2147483648", "\u0000", "\u00e9", " ",
			"9223372036854775807", "\"bool\"", "\"float64\"", "\"uint64\"", "-1", "1.5", ", ", "\n", "01", "e5",
			"16777217", "\"AAAA\"" };

	@Test
	void onlyTheTwoFailuresOfDecodersEscape() {
		SplittableRandom random = new SplittableRandom(20260101);
		int read = 0;
		int refused = 0;
		for (int i = 0; i < 300_000; i++) {
			byte[] body = mutated(random);
			try {
				Given.read(body, new Given.Limits(64, 8, 1 << 20));
				read++;
			}
			catch (MalformedInputException | LimitExceededException ex) {
				assertThat(ex.getMessage()).doesNotContain("Source", "Jackson", "Feature", "enable", "tools.");
				refused++;
			}
			catch (RuntimeException | Error ex) {
				throw new AssertionError(new String(body, StandardCharsets.ISO_8859_1), ex);
			}
		}
		assertThat(read).isGreaterThan(1000);
		assertThat(refused).isGreaterThan(100_000);
	}

	/**
	 * Of a body that comes byte by byte, Jackson alone reads the numbers; of a whole one
	 * as many as possible are scanned.
	 */
	@Test
	void scannedNumbersAreReadAsJacksonReadsThem() {
		SplittableRandom random = new SplittableRandom(20260102);
		String behind = " ".repeat(2 * NumberScanner.READABLE);
		for (int i = 0; i < 60_000; i++) {
			byte[] body = (ascii(mutated(random)) + behind).getBytes(StandardCharsets.US_ASCII);
			if (ascii(body).contains("base64")) {
				// Decoded as far as it has arrived
				continue;
			}
			assertThat(outcome(new ByteArrayInputStream(body))).as(() -> ascii(body))
				.isEqualTo(outcome(new Trickle(body)));
		}
	}

	/** UTF-8 is checked as far as it has arrived, so what is not goes first. */
	private static String ascii(byte[] bytes) {
		return new String(bytes, StandardCharsets.US_ASCII);
	}

	private static String outcome(InputStream body) {
		Given.Limits limits = new Given.Limits(64, 8, 1 << 20);
		RequestValues values = new RequestValues();
		try {
			new JsonRequestReader(Given.DEPTH).read(body, Given.SCHEMA, limits, values);
		}
		catch (MalformedInputException | LimitExceededException ex) {
			// What a body looks like is told from what has arrived of its first bytes
			return ex.toString().replaceFirst("; this looks like .*", "");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		StringBuilder outcome = new StringBuilder(limits.elements + " elements");
		for (String name : List.of("tensor", "weight", "bias")) {
			FloatTensor tensor = values.tensor(name);
			if (tensor != null) {
				outcome.append(name)
					.append(tensor.shape())
					.append(tensor.source())
					.append(Arrays.toString(Given.bits(tensor)))
					.append(tensor.narrowed());
			}
		}
		return outcome.toString();
	}

	/** Gives one byte at a time. */
	private static final class Trickle extends ByteArrayInputStream {

		Trickle(byte[] bytes) {
			super(bytes);
		}

		@Override
		public int read(byte[] dest, int offset, int length) {
			return super.read(dest, offset, Math.min(length, 1));
		}

	}

	private static byte[] mutated(SplittableRandom random) {
		byte[] body = BODIES[random.nextInt(BODIES.length)].getBytes(StandardCharsets.UTF_8);
		for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
			int from = random.nextInt(body.length + 1);
			int to = Math.min(body.length, from + random.nextInt(4));
			byte[] piece = switch (random.nextInt(4)) {
				case 0 -> new byte[] { (byte) random.nextInt() };
				case 1 -> new byte[0];
				case 2 -> Arrays.copyOfRange(body, to, Math.min(body.length, to + 12));
				default -> PIECES[random.nextInt(PIECES.length)].getBytes(StandardCharsets.UTF_8);
			};
			body = spliced(body, from, to, piece);
		}
		return body;
	}

	private static byte[] spliced(byte[] body, int from, int to, byte[] piece) {
		byte[] result = new byte[from + piece.length + body.length - to];
		System.arraycopy(body, 0, result, 0, from);
		System.arraycopy(piece, 0, result, from, piece.length);
		System.arraycopy(body, to, result, from + piece.length, body.length - to);
		return result;
	}

}
