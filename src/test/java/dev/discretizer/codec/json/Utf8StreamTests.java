package dev.discretizer.codec.json;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class Utf8StreamTests {

	@Test
	void passesWhatTheJdkDecodesAndRefusesTheRest() throws IOException {
		SplittableRandom random = new SplittableRandom(1);
		int[] leads = { 0x20, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec,
				0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff };
		int passed = 0;
		for (int i = 0; i < 300_000; i++) {
			byte[] bytes = new byte[8 + random.nextInt(24)];
			java.util.Arrays.fill(bytes, (byte) 'a');
			int from = random.nextInt(bytes.length);
			for (int k = from; k < Math.min(bytes.length, from + 4); k++) {
				bytes[k] = (byte) leads[random.nextInt(leads.length)];
			}
			boolean valid = isValid(bytes);
			passed += valid ? 1 : 0;
			assertThat(passes(bytes, 1 + random.nextInt(bytes.length))).as(java.util.HexFormat.of().formatHex(bytes))
				.isEqualTo(valid);
		}
		assertThat(passed).isGreaterThan(1000);
	}

	private static boolean isValid(byte[] bytes) {
		try {
			StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
			return true;
		}
		catch (CharacterCodingException ex) {
			return false;
		}
	}

	private static boolean passes(byte[] bytes, int atOnce) throws IOException {
		Utf8Stream stream = new Utf8Stream(new ByteArrayInputStream(bytes));
		byte[] dest = new byte[bytes.length];
		try {
			for (int count = stream.read(dest, 0, atOnce); count >= 0; count = stream.read(dest, 0, atOnce)) {
				assertThat(count).isPositive();
			}
			return true;
		}
		catch (MalformedInputException ex) {
			return false;
		}
	}

	@Test
	void oneByteAtATimeIsTheSame() throws IOException {
		byte[] bytes = "a\u00e9\u20ac\ud83d\ude00".getBytes(StandardCharsets.UTF_8);
		Utf8Stream stream = new Utf8Stream(new ByteArrayInputStream(bytes));
		for (byte b : bytes) {
			assertThat(stream.read()).isEqualTo(b & 0xff);
		}
		assertThat(stream.ended()).isFalse();
		assertThat(stream.read()).isEqualTo(-1);
		assertThat(stream.ended()).isTrue();
	}

	@Test
	void endWithinACharacterIsTruncated() throws IOException {
		Utf8Stream stream = new Utf8Stream(new ByteArrayInputStream(new byte[] { 'a', 'b', (byte) 0xe2, (byte) 0x82 }));
		assertThat(stream.read(new byte[8], 0, 8)).isEqualTo(4);
		MalformedInputException failure = catchThrowableOfType(MalformedInputException.class, stream::read);
		assertThat(failure.cause()).isEqualTo(Cause.TRUNCATED);
		assertThat(failure).hasMessage("the body ends within a character, after 4 bytes");
	}

}
