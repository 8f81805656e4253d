package dev.discretizer.codec;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Bodies that the libraries write (make_body_fixtures.py) are told for what they are. */
class BodyKindTests {

	private static final Path CASES = Path.of("..", "shared", "cases");

	static Stream<String[]> bodies() {
		try (InputStream in = Objects.requireNonNull(BodyKindTests.class.getResourceAsStream("/bodies.tsv"))) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().map((line) -> line.split("\t"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static byte[] body(String base64) {
		return Base64.getDecoder().decode(base64);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("bodies")
	void tellsAKindByItsFirstBytes(String name, String kind, String base64) throws IOException {
		byte[] body = body(base64);
		assertThat(BodyKind.of(body)).hasToString(kind);
		byte[] start = Arrays.copyOf(body, Math.min(8, body.length));
		byte[] rest = Arrays.copyOfRange(body, start.length, body.length);
		assertThat(BodyKind.head(start, new ByteArrayInputStream(rest)))
			.isEqualTo(Arrays.copyOf(body, Math.min(body.length, BodyKind.HEAD)));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("bodies")
	void refusesNoBodyOfItsOwnKind(String name, String kind, String base64) {
		assertThat(BodyKind.mistaken(BodyKind.valueOf(kind), body(base64))).isNull();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("bodies")
	void checksWholeBodies(String name, String kind, String base64) {
		if (!kind.equals("HDF5")) {
			assertThatExceptionOfType(MalformedInputException.class)
				.isThrownBy(() -> BodyKind.check(BodyKind.HDF5, ByteBuffer.wrap(body(base64))))
				.withMessageStartingWith("an HDF5 file is expected, this looks like ");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "a PyTorch archive | a PyTorch file: save it with safetensors.torch.save_file",
					"a pointer of Git LFS | a Git LFS pointer, which stands in for a file that was not fetched: "
							+ "run git lfs pull and send the file itself",
					"npz by curl -d | a file without its zero bytes and newlines, which curl -d @file leaves out: "
							+ "use curl --data-binary @file",
					"base64 of npy | base64 text of an npy file: decode it and send the bytes; "
							+ "in JSON a tensor may have base64",
					"npz | an npz archive: send it with Content-Type: application/x-npz" })
	void saysWhatToDo(String name, String words) {
		String[] row = bodies().filter((each) -> each[0].equals(name)).findFirst().orElseThrow();
		assertThat(BodyKind.mistaken(BodyKind.SAFETENSORS, body(row[2])))
			.isEqualTo("a safetensors file is expected, this looks like " + words);
	}

	@Test
	void guessesNothingOfOtherBytes() {
		assertThat(BodyKind.of(new byte[0])).isNull();
		assertThat(BodyKind.of(new byte[600])).isNull();
		assertThat(BodyKind.of(new byte[] { 1, 2, 3, (byte) 0xf4, 'a', 'b', 'c', 'd' })).isNull();
	}

	/**
	 * Of raw elements one may only suspect it: long, too short, and none of the bytes.
	 */
	@Test
	void suspectsStrippedElements() {
		byte[] elements = new byte[300];
		Arrays.fill(elements, (byte) 0x81);
		assertThat(BodyKind.looks(BodyKind.RAW, elements)).contains("--data-binary");
		assertThat(BodyKind.looks(BodyKind.SAFETENSORS, elements)).isNull();
		elements[299] = '\n';
		assertThat(BodyKind.looks(BodyKind.RAW, elements)).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "pointer.lfs,LFS", "weights.pt.bin,PYTORCH" })
	void tellsWhatPeopleSend(String name, String kind) throws IOException {
		Path file = CASES.resolve(name);
		assumeTrue(Files.exists(file), () -> file + " is not there");
		assertThat(BodyKind.of(Files.readAllBytes(file))).hasToString(kind);
	}

}
