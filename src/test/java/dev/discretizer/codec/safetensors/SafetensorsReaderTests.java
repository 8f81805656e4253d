package dev.discretizer.codec.safetensors;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;

import dev.discretizer.codec.CountingAllowance;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.SlowStream;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.RequestLimit;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

class SafetensorsReaderTests {

	private static final String WEIGHT = Files.entry("weight", "F32", "[2,3]", 0, 24);

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void readsEveryTypeAsTheRealPackageWroteIt(boolean known) throws IOException {
		byte[] file = Files.fixture("every-dtype.safetensors");
		Map<String, FloatTensor> tensors = SafetensorsReader.read(new SlowStream(file), known ? file.length : -1,
				CountingAllowance.defaults());
		assertThat(tensors).hasSize(15);
		for (String[] cells : Files.table("every-dtype.tsv")) {
			FloatTensor tensor = Files.tensor(tensors, cells[0]);
			assertThat(tensor.source().label()).isEqualTo(cells[1]);
			assertThat(tensor.shape()).hasToString("[" + cells[2].replace(",", ", ") + "]");
			assertThat(tensor.narrowed()).as(cells[0]).isEqualTo(Integer.parseInt(cells[3]));
			String[] values = cells[4].isEmpty() ? new String[0] : cells[4].split(" ");
			assertThat(tensor.elements()).isEqualTo(values.length);
			for (int i = 0; i < values.length; i++) {
				assertThat(tensor.array()[i]).as(cells[0]).isEqualTo(Float.parseFloat(values[i]));
			}
		}
	}

	@Test
	void givesTheTensorsInTheOrderOfTheirData() throws IOException {
		byte[] file = Files.file("{" + Files.entry("c", "U8", "[1]", 2, 3) + "," + Files.entry("a", "U8", "[1]", 1, 2)
				+ "," + Files.entry("b", "U8", "[1]", 0, 1) + "}", 3);
		file[file.length - 3] = 'b';
		file[file.length - 2] = 'a';
		file[file.length - 1] = 'c';
		Map<String, FloatTensor> tensors = read(file);
		assertThat(tensors.keySet()).containsExactly("b", "a", "c");
		tensors.forEach((name, tensor) -> assertThat(tensor.array()[0]).isEqualTo(name.charAt(0)));
	}

	@Test
	void elementsMayBeNaN() throws IOException {
		byte[] file = Files.file("{" + Files.entry("a", "F32", "[1]", 0, 4) + "}", 4);
		ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putFloat(file.length - 4, Float.NaN);
		assertThat(Files.tensor(read(file), "a").nonFinite()).isOne();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					[]                                       | MALFORMED         |          | the header must be a JSON object, found [
					{"a":                                    | MALFORMED         |          | the header is not valid JSON near character 5
					{} x                                     | MALFORMED         |          | the header is not valid JSON near character 4
					{} []                                    | MALFORMED         |          | the header must end after its JSON object, found [
					{"a\\ud800":1}                           | MALFORMED         |          | the header has a string with an unpaired surrogate
					{"__metadata__":[]}                      | WRONG_TYPE        | /__metadata__ | tensor __metadata__: an object of strings expected, found [
					{"a":1}                                  | WRONG_TYPE        | /a       | tensor a: an object expected, found 1
					{"a~b/c":null}                           | WRONG_TYPE        | /a~0b~1c | tensor a~b/c: an object expected, found null
					{"a":{"dtype":7}}                        | WRONG_TYPE        | /a       | tensor a: a string as dtype expected, found 7
					{"a":{"shape":7}}                        | WRONG_TYPE        | /a       | tensor a: an array as shape expected, found 7
					{"a":{"shape":[2.5]}}                    | WRONG_TYPE        | /a       | tensor a: only integers from 0 to 2^53 in shape expected, found 2.5
					{"a":{"shape":[-1]}}                     | WRONG_TYPE        | /a       | tensor a: only integers from 0 to 2^53 in shape expected, found -1
					{"a":{"shape":[9007199254740993]}}       | WRONG_TYPE        | /a       | tensor a: only integers from 0 to 2^53 in shape expected, found 9007199254740993
					{"a":{"data_offsets":[0]}}               | WRONG_TYPE        | /a       | tensor a: only integers from 0 to 2^53 in data_offsets expected, found ]
					{"a":{"data_offsets":[0,1,2]}}           | WRONG_TYPE        | /a       | tensor a: an array of two integers as data_offsets expected, found 2
					{"a":{"dtype":"F8_E4M3"}}                | UNSUPPORTED_DTYPE | /a       | tensor a: dtype F8_E4M3 found, supported are [BOOL, U8, I8, I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64]
					{"a":{"dtype":"F32","shape":[]}}         | MISSING_MEMBER    | /a       | tensor a: data_offsets is missing, dtype, shape and data_offsets are expected
					{"a":{"x":0,"x":0}}                      | DUPLICATE_NAME    |          | the header has the name x twice in one object, once is expected
					{"a":{"x":1e999}}                        | MALFORMED         |          | the header has a number out of range: 1e999
					""")
	void namesWhatIsWrongInTheHeader(String header, Cause cause, @Nullable String pointer, String detail) {
		assertMalformed(Files.file(header, 0), cause, pointer, detail);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					F32 | [2]                     | 8 | 0 | MALFORMED      | data_offsets [8, 0] found, the end before the beginning
					F32 | [2]                     | 1 | 9 | MALFORMED      | data_offsets begin at 1, expected at 0, without gap or overlap
					F32 | [2,3]                   | 0 | 8 | SHAPE_MISMATCH | 24 bytes expected (shape [2, 3] of float32), 8 found (data_offsets [0, 8])
					""")
	void namesWhatDisagreesInAnEntry(String dtype, String shape, long begin, long end, Cause cause, String detail) {
		assertMalformed(Files.file("{" + Files.entry("weight", dtype, shape, begin, end) + "}", 8), cause, "/weight",
				"tensor weight: " + detail);
	}

	@Test
	void namesALengthThatOverflows() {
		assertMalformed(Files.file("{" + Files.entry("weight", "F32", "[4294967296,4294967296]", 0, 0) + "}", 0),
				Cause.SHAPE_MISMATCH, "/weight",
				"tensor weight: shape [4294967296, 4294967296] of float32 stands for more than 2^63 - 1 bytes");
	}

	@Test
	void aHeaderThatIsNotUtf8IsMalformed() {
		byte[] file = Files.file("{\"_\":1}", 0);
		file[10] = (byte) 0xe9;
		assertMalformed(file, Cause.MALFORMED, null, "the header is not valid UTF-8");
	}

	@Test
	void aBodyThatEndsEarlyIsTruncated() {
		byte[] file = Files.file("{" + WEIGHT + "}", 24);
		int header = file.length - 8 - 24;
		assertMalformed(Arrays.copyOf(file, 7), Cause.TRUNCATED, null, "8 bytes of header length expected, 7 found");
		assertMalformed(Arrays.copyOf(file, 20), Cause.TRUNCATED, null,
				"a header of " + header + " bytes expected, 12 found");
		byte[] start = Arrays.copyOf(file, file.length - 1);
		assertMalformed(start, start.length, Cause.TRUNCATED, null,
				"%d bytes expected (as the header has it), %d found".formatted(file.length, start.length));
		assertMalformed(start, -1, Cause.TRUNCATED, "/weight",
				"tensor weight: 24 bytes of elements expected (6 of float32), 23 found");
	}

	@Test
	void aBodyThatGoesOnHasTrailingBytes() {
		byte[] file = Files.file("{" + WEIGHT + "}", 25);
		String expected = (file.length - 1) + " bytes expected (as the header has it), ";
		assertMalformed(file, file.length, Cause.TRAILING_BYTES, null, expected + file.length + " found");
		assertMalformed(file, -1, Cause.TRAILING_BYTES, null, expected + "more found");
	}

	@Test
	void aHeaderOverTheFormatsOwnLimitIsMalformed() {
		byte[] file = new byte[16];
		ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(-1);
		assertMalformed(file, Cause.MALFORMED, null,
				"a header of 18446744073709551615 bytes found, at most 100000000 are legal");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\ud83d\ude00", "n" })
	void longNamesAreRefusedAndClippedBetweenCharacters(String character) {
		String name = character.repeat(1000);
		assertMalformed(Files.file("{\"" + name + "\":1}", 0), Cause.UNKNOWN_MEMBER, null,
				"tensor %s...: a name of %d characters found, at most 255 are expected".formatted(character.repeat(128),
						name.length()));
	}

	@Test
	void readsTheLongestNameAndNoneThatIsLonger() throws IOException {
		String longest = "n".repeat(255);
		byte[] file = Files.file("{" + Files.entry(longest, "U8", "[1]", 0, 1) + "}", 1);
		assertThat(SafetensorsReader.read(new SlowStream(file), file.length, new CountingAllowance()))
			.containsOnlyKeys(longest);
		assertMalformed(Files.file("{" + Files.entry(longest + "n", "U8", "[1]", 0, 1) + "}", 1), Cause.UNKNOWN_MEMBER,
				null,
				"tensor %s...: a name of 256 characters found, at most 255 are expected".formatted("n".repeat(128)));
	}

	@ParameterizedTest
	@ValueSource(longs = { 101, 100_000_000 })
	void theHeaderIsLimited(long length) {
		SlowStream in = new SlowStream(ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
		CountingAllowance allowance = new CountingAllowance().with(RequestLimit.HEADER, 100);
		assertLimit(in, -1, allowance, RequestLimit.HEADER, length);
		assertThat(in.position()).isEqualTo(8);
		assertThat(allowance.reserved()).isZero();
	}

	/** A header that no file has is no header, and no limit is told of it. */
	@ParameterizedTest
	@CsvSource({ "100000001,100000001", "9223372036854775807,9223372036854775807",
			"-9223372036854775808,9223372036854775808", "-1,18446744073709551615" })
	void whatNoHeaderHasComesBeforeTheLimit(long length, String found) {
		byte[] file = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
		for (long known : new long[] { 200, -1 }) {
			assertThatExceptionOfType(MalformedInputException.class)
				.isThrownBy(() -> SafetensorsReader.read(new SlowStream(file), known,
						new CountingAllowance().with(RequestLimit.HEADER, 100)))
				.withMessage("a header of %s bytes found, at most 100000000 are legal".formatted(found));
		}
	}

	@Test
	void whatTheLengthOfTheBodyRulesOutComesBeforeTheLimits() {
		byte[] file = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN).putLong(1_000_000).array();
		assertThatExceptionOfType(MalformedInputException.class)
			.isThrownBy(() -> SafetensorsReader.read(new SlowStream(file), file.length,
					new CountingAllowance().with(RequestLimit.HEADER, 100)))
			.withMessage("a header of 1000000 bytes expected, 192 found");
		byte[] tensor = Files.file("{" + Files.entry("a", "U8", "[5000]", 0, 5000) + "}", 10);
		assertThatExceptionOfType(MalformedInputException.class)
			.isThrownBy(() -> SafetensorsReader.read(new SlowStream(tensor), tensor.length,
					new CountingAllowance().with(RequestLimit.ELEMENTS, 100)))
			.withMessage("tensor a: its elements end at byte 5000, 10 bytes follow the header");
	}

	@Test
	void tensorsAreLimitedWhileTheyAreParsed() {
		// What follows the third is not looked at.
		byte[] file = Files.file("{" + Files.entry("a", "U8", "[0]", 0, 0) + "," + Files.entry("b", "U8", "[0]", 0, 0)
				+ "," + "\"c\":{broken", 0);
		assertLimit(new SlowStream(file), file.length, new CountingAllowance().with(RequestLimit.TENSORS, 2),
				RequestLimit.TENSORS, 3);
	}

	@Test
	void metadataIsNoTensor() throws IOException {
		byte[] file = Files.file("{\"__metadata__\":{\"a\":\"b\"}," + WEIGHT + "}", 24);
		assertThat(SafetensorsReader.read(new SlowStream(file), file.length,
				new CountingAllowance().with(RequestLimit.TENSORS, 1)))
			.containsOnlyKeys("weight");
	}

	@Test
	void rankIsLimitedWhileItIsParsed() {
		byte[] file = Files.file("{\"a\":{\"shape\":[1,1,1,broken", 0);
		assertLimit(new SlowStream(file), file.length, new CountingAllowance().with(RequestLimit.RANK, 2),
				RequestLimit.RANK, 3);
	}

	@Test
	void elementsOfAllTensorsAreLimited() {
		byte[] file = Files
			.file("{" + Files.entry("a", "U8", "[2]", 0, 2) + "," + Files.entry("b", "U8", "[3]", 2, 5) + "}", 5);
		for (long length : new long[] { file.length, -1 }) {
			SlowStream in = new SlowStream(file);
			assertLimit(in, length, new CountingAllowance().with(RequestLimit.ELEMENTS, 4), RequestLimit.ELEMENTS, 5);
			assertThat(in.position()).isEqualTo(file.length - 5);
		}
	}

	@Test
	void nestingOfWhatIsIgnoredIsLimited() {
		byte[] file = Files.file("{\"a\":{\"x\":[{\"y\":[]}]", 0);
		assertLimit(new SlowStream(file), file.length, new CountingAllowance().with(RequestLimit.JSON_DEPTH, 4),
				RequestLimit.JSON_DEPTH, 5);
	}

	@Test
	void aKnownLengthIsCheckedBeforeTheFirstElementIsRead() {
		byte[] file = Files.file("{" + WEIGHT + "," + Files.entry("bias", "F32", "[9]", 24, 60) + "}", 24);
		SlowStream in = new SlowStream(file);
		CountingAllowance allowance = new CountingAllowance();
		assertThatExceptionOfType(MalformedInputException.class)
			.isThrownBy(() -> SafetensorsReader.read(in, file.length, allowance));
		int header = file.length - 8 - 24;
		assertThat(in.position()).isEqualTo(8 + header);
		assertThat(allowance.reserved()).isEqualTo(16L * header);
	}

	@Test
	void aKnownLengthTakesExactlyTheMemoryOfTheTensors() throws IOException {
		byte[] file = Files.file("{" + Files.entry("a", "F32", "[50000]", 0, 200_000) + ","
				+ Files.entry("b", "I8", "[7]", 200_000, 200_007) + "}", 200_007);
		CountingAllowance allowance = new CountingAllowance();
		Map<String, FloatTensor> tensors = SafetensorsReader.read(new ByteArrayInputStream(file), file.length,
				allowance);
		assertThat(Files.tensor(tensors, "a").array()).hasSize(50_000);
		assertThat(Files.tensor(tensors, "b").array()).hasSize(7);
		assertThat(allowance.reserved()).isEqualTo(16L * (file.length - 8 - 200_007) + 4 * 50_007);
	}

	@Test
	void anUnknownLengthTakesMemoryOnlyAsBytesArrive() {
		byte[] file = Files.file("{" + Files.entry("a", "F32", "[1073741824]", 0, 1L << 32) + "}", 100_000);
		CountingAllowance allowance = new CountingAllowance();
		assertThatExceptionOfType(MalformedInputException.class)
			.isThrownBy(() -> SafetensorsReader.read(new ByteArrayInputStream(file), -1, allowance));
		assertThat(allowance.reserved()).isLessThan(16 * 100 + 4 * 100_000);
	}

	@Test
	void anErrorOfTheStreamPasses() {
		byte[] file = Files.file("{" + WEIGHT + "}", 24);
		for (int length = 0; length < file.length; length++) {
			InputStream in = new BrokenStream(file, length);
			assertThatIOException().isThrownBy(() -> SafetensorsReader.read(in, file.length, Allowance.UNLIMITED))
				.withMessage("gone");
		}
	}

	@Test
	void everyTypeHasAPlaceInTheFormat() {
		for (DType dtype : DType.values()) {
			ElementType type = ElementType.of(dtype);
			assertThat(type.dtype()).isEqualTo(dtype);
			assertThat(ElementType.ofName(type.name())).isEqualTo(type);
		}
	}

	@Test
	void shapesAreKept() throws IOException {
		byte[] file = Files.file("{" + Files.entry("a", "U8", "[1,2,1,3,1]", 0, 6) + "}", 6);
		assertThat(Files.tensor(read(file), "a").shape()).isEqualTo(Shape.of(1, 2, 1, 3, 1));
	}

	private static Map<String, FloatTensor> read(byte... file) throws IOException {
		return SafetensorsReader.read(new ByteArrayInputStream(file), file.length, Allowance.UNLIMITED);
	}

	private static void assertMalformed(byte[] file, Cause cause, @Nullable String pointer, String detail) {
		assertMalformed(file, file.length, cause, pointer, detail);
		assertMalformed(file, -1, cause, pointer, detail);
	}

	private static void assertMalformed(byte[] file, long length, Cause cause, @Nullable String pointer,
			String detail) {
		assertThatExceptionOfType(MalformedInputException.class)
			.isThrownBy(() -> SafetensorsReader.read(new SlowStream(file), length, Allowance.UNLIMITED))
			.withMessage(detail)
			.satisfies((ex) -> assertThat(ex.cause()).isEqualTo(cause))
			.satisfies((ex) -> assertThat(ex.pointer()).isEqualTo(pointer));
	}

	private static void assertLimit(InputStream in, long length, Allowance allowance, RequestLimit limit, long found) {
		assertThatExceptionOfType(LimitExceededException.class)
			.isThrownBy(() -> SafetensorsReader.read(in, length, allowance))
			.satisfies((ex) -> assertThat(ex.limit()).isEqualTo(limit))
			.satisfies((ex) -> assertThat(ex.found()).isEqualTo(found));
	}

	/** Breaks after so many bytes. */
	private static final class BrokenStream extends InputStream {

		private final byte[] bytes;

		private final int length;

		private int position;

		BrokenStream(byte[] bytes, int length) {
			this.bytes = bytes;
			this.length = length;
		}

		@Override
		public int read() throws IOException {
			if (this.position == this.length) {
				throw new IOException("gone");
			}
			return this.bytes[this.position++] & 0xff;
		}

		// InputStream's own would hide an error after the first byte.
		@Override
		public int read(byte[] dest, int offset, int count) throws IOException {
			if (count > 0) {
				dest[offset] = (byte) read();
			}
			return Math.min(count, 1);
		}

	}

}
