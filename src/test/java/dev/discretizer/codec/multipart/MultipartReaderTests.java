package dev.discretizer.codec.multipart;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class MultipartReaderTests {

	private static final String SOUND = """
			--b
			Content-Disposition: form-data; name="one"; filename="a.nir"
			Content-Type: application/x-hdf5

			first
			--b
			content-disposition: form-data; name=two

			second
			line
			--b--
			""".replace("\n", "\r\n");

	private static List<String> read(byte[] body, int most) throws IOException {
		List<String> parts = new ArrayList<>();
		MultipartReader reader = MultipartReader.of(slow(body, most), "b");
		for (Part part = reader.next(); part != null; part = reader.next()) {
			parts.add("%s|%s|%s|%s".formatted(part.name(), part.fileName(), part.contentType(),
					new String(part.content().readAllBytes(), StandardCharsets.UTF_8)));
		}
		return parts;
	}

	private static List<String> read(String body) {
		try {
			return read(body.getBytes(StandardCharsets.UTF_8), Integer.MAX_VALUE);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Bytes that arrive in pieces. */
	private static InputStream slow(byte[] body, int most) {
		return new ByteArrayInputStream(body) {
			@Override
			public synchronized int read(byte[] dest, int offset, int length) {
				return super.read(dest, offset, Math.min(length, most));
			}
		};
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 7, 4096 })
	void partsAreReadInPiecesOfAnySize(int most) throws IOException {
		assertThat(read(SOUND.getBytes(StandardCharsets.UTF_8), most))
			.containsExactly("one|a.nir|application/x-hdf5|first", "two|null|null|second\r\nline");
	}

	@Test
	void bytesThatLookLikeTheBoundaryBelongToThePart() throws IOException {
		byte[] content = new byte[200_000];
		new Random(1).nextBytes(content);
		byte[] almost = "\r\n--\r\n-b\r\n--a\r\n-".getBytes(StandardCharsets.UTF_8);
		for (int at = 0; at + almost.length < content.length; at += 997) {
			System.arraycopy(almost, 0, content, at, almost.length);
		}
		MultipartReader reader = MultipartReader.of(new ByteArrayInputStream(form(content)), "b");
		Part part = Objects.requireNonNull(reader.next());
		assertThat(part.content().readAllBytes()).isEqualTo(content);
		assertThat(reader.next()).isNull();
	}

	private static byte[] form(byte[] content) {
		byte[] head = "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n".getBytes(StandardCharsets.UTF_8);
		byte[] tail = "\r\n--b--\r\n".getBytes(StandardCharsets.UTF_8);
		byte[] body = new byte[head.length + content.length + tail.length];
		System.arraycopy(head, 0, body, 0, head.length);
		System.arraycopy(content, 0, body, head.length, content.length);
		System.arraycopy(tail, 0, body, head.length + content.length, tail.length);
		return body;
	}

	@Test
	void whatIsLeftOfAPartIsSkipped() throws IOException {
		MultipartReader reader = MultipartReader.of(new ByteArrayInputStream(SOUND.getBytes(StandardCharsets.UTF_8)),
				"b");
		Part first = Objects.requireNonNull(reader.next());
		assertThat(first.content().read()).isEqualTo('f');
		Part second = Objects.requireNonNull(reader.next());
		assertThat(second.name()).isEqualTo("two");
	}

	@Test
	void anEmptyPartIsAPart() {
		assertThat(read("--b\r\nContent-Disposition: form-data; name=x\r\n\r\n\r\n--b--"))
			.containsExactly("x|null|null|");
	}

	@Test
	void namesOfFilesAreUtf8() {
		assertThat(read(SOUND.replace("a.nir", "é.nir"))).first().asString().contains("|é.nir|");
		assertThat(read(SOUND.replace("filename=\"a.nir\"", "filename*=UTF-8''%C3%A9.nir"))).first()
			.asString()
			.contains("|é.nir|");
	}

	@Test
	void everyPrefixOfABodyIsTruncated() {
		int end = SOUND.indexOf("--b--") + 5;
		for (int length = 0; length < end; length++) {
			String prefix = SOUND.substring(0, length);
			assertThatExceptionOfType(MalformedInputException.class).as(prefix)
				.isThrownBy(() -> read(prefix))
				.satisfies((ex) -> assertThat(ex.cause()).isEqualTo(Cause.TRUNCATED));
		}
		for (int length = end; length <= SOUND.length(); length++) {
			if (length != end + 1) {
				assertThat(read(SOUND.substring(0, length))).hasSize(2);
			}
		}
	}

	@Test
	void whatIsWrongIsSaid() {
		fails(Cause.TRAILING_BYTES, SOUND + "x", "after the last boundary");
		fails(Cause.MALFORMED, "--b--\r\n", "boundary");
		fails(Cause.MALFORMED, "x".repeat(9000) + "\r\n" + SOUND, "no boundary found in the first 8192 bytes");
		fails(Cause.MALFORMED, SOUND.replace("--b\r\nContent-D", "--b\r\nX: " + "x".repeat(9000) + "\r\nContent-D"),
				"headers of part 1");
		fails(Cause.MALFORMED, SOUND.replace("--b\r\nc", "--bb\r\nc"), "after part 1");
		fails(Cause.MALFORMED, SOUND.replace("form-data; name=two", "attachment; name=two"), "part 2");
		fails(Cause.MISSING_MEMBER, SOUND.replace("; name=two", ""), "part 2: Content-Disposition has no name");
		fails(Cause.MALFORMED, SOUND.replace("Content-Type: ", "Content-Type "), "a name and a colon");
		fails(Cause.MALFORMED, SOUND.replace("Content-Type: ", " Content-Type: "), "a name and a colon");
		fails(Cause.DUPLICATE_NAME, SOUND.replace("Content-Type: ", "Content-Type: text/plain\r\nCONTENT-TYPE: "),
				"content-type");
		fails(Cause.UNSUPPORTED_FORMAT, SOUND.replace("Content-Type: ", "Content-Transfer-Encoding: base64\r\nX: "),
				"base64");
	}

	private static void fails(Cause cause, String body, String detail) {
		assertThatExceptionOfType(MalformedInputException.class).isThrownBy(() -> read(body))
			.withMessageContaining(detail)
			.satisfies((ex) -> assertThat(ex.cause()).isEqualTo(cause));
	}

	@ParameterizedTest
	@CsvSource(value = { "null", "''", "a\tb", "é" }, nullValues = "null")
	void aBoundaryIsOneTo70CharactersOfAscii(String boundary) {
		assertThatExceptionOfType(MalformedInputException.class)
			.isThrownBy(() -> MultipartReader.of(InputStream.nullInputStream(), boundary))
			.withMessageContaining("boundary");
		assertThatExceptionOfType(MalformedInputException.class)
			.isThrownBy(() -> MultipartReader.of(InputStream.nullInputStream(), "x".repeat(71)));
	}

	@Test
	void aFailureToReadIsNoMalformedBody() throws IOException {
		InputStream broken = new InputStream() {
			@Override
			public int read() throws IOException {
				throw new IOException("gone");
			}
		};
		MultipartReader reader = MultipartReader.of(broken, "b");
		assertThatExceptionOfType(IOException.class).isThrownBy(reader::next).withMessage("gone");
	}

	/** Whatever changes, a body is read or refused, and nothing else is thrown. */
	@Test
	void changedBodiesAreReadOrRefused() throws IOException {
		Random random = new Random(20260101);
		String pieces = "\r\n--b:;=\"'*% \0\\";
		int refused = 0;
		for (int i = 0; i < 20_000; i++) {
			StringBuilder body = new StringBuilder(SOUND);
			for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
				int at = random.nextInt(body.length());
				switch (random.nextInt(3)) {
					case 0 -> body.setCharAt(at, pieces.charAt(random.nextInt(pieces.length())));
					case 1 -> body.delete(at, Math.min(body.length(), at + random.nextInt(9)));
					default -> body.insert(at, pieces.charAt(random.nextInt(pieces.length())));
				}
			}
			try {
				read(body.toString().getBytes(StandardCharsets.UTF_8), 1 + random.nextInt(50));
			}
			catch (MalformedInputException ex) {
				refused++;
			}
		}
		assertThat(refused).isBetween(1000, 19_000);
	}

}
