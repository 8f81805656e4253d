package dev.discretizer.codec.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

import dev.discretizer.codec.MalformedInputException;
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
			"\ufeff{\"tensor\":-0.0,\"conv\":{}}" };

	/** Pieces that matter to the grammar or to a decoder. */
	private static final String[] PIECES = { "[", "]", "{", "}", ",", ":", "\"", "null", "true", "-", "1", "0", ".",
			"e9999", "E-9999", "9".repeat(30), "9".repeat(1001), "[[[[[[[[[[[[[", "\\", "\\u", "=", "\"data\":",
			"\"shape\":", "\"base64\":", "\"dtype\":", "\"conv\":", "NaN", "2147483648", "\u0000", "\u00e9", " ",
			"9223372036854775807", "\"bool\"", "\"float64\"", "\"uint64\"", "-1", "1.5", "\"AAAA\"" };

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
