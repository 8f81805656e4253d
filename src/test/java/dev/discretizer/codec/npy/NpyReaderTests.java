package dev.discretizer.codec.npy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class NpyReaderTests {

	private static final String HEADER = Fixtures.header("<f4", "False", "(2, 3)");

	private static final byte[] DATA = new byte[24];

	@ParameterizedTest
	@MethodSource("reads")
	void readsWhatNumpyReads(Fixtures.Read expected) throws IOException {
		FloatTensor tensor = read(expected.file, CountingAllowance.defaults());
		assertEquals(tensor, expected);
	}

	@ParameterizedTest
	@MethodSource("reads")
	void readsTheSameFromASlowStreamOfUnknownLength(Fixtures.Read expected) throws IOException {
		FloatTensor tensor = NpyReader.read(new SlowStream(expected.file), -1, "x", CountingAllowance.defaults());
		assertEquals(tensor, expected);
	}

	static Stream<Fixtures.Read> reads() {
		return Fixtures.reads("reads.csv");
	}

	static void assertEquals(FloatTensor tensor, Fixtures.Read expected) {
		assertThat(tensor.shape()).isEqualTo(expected.shape);
		assertThat(tensor.source()).isEqualTo(dtype(expected.descr));
		assertThat(Arrays.copyOf(tensor.array(), tensor.elements())).containsExactly(expected.values);
		FloatTensor plain = FloatTensor.of(expected.shape, expected.values);
		assertThat(tensor.min()).isEqualTo(Float.valueOf(plain.min()));
		assertThat(tensor.max()).isEqualTo(Float.valueOf(plain.max()));
		assertThat(tensor.narrowed()).isEqualTo(expected.narrowed);
		assertThat(tensor.firstNonFinite()).isEqualTo(plain.firstNonFinite());
	}

	private static DType dtype(String descr) {
		return switch (descr.substring(1)) {
			case "b1" -> DType.BOOL;
			case "i1" -> DType.INT8;
			case "u1" -> DType.UINT8;
			case "i2" -> DType.INT16;
			case "u2" -> DType.UINT16;
			case "i4" -> DType.INT32;
			case "u4" -> DType.UINT32;
			case "i8" -> DType.INT64;
			case "u8" -> DType.UINT64;
			case "f2" -> DType.FLOAT16;
			case "f4" -> DType.FLOAT32;
			case "f8" -> DType.FLOAT64;
			default -> throw new AssertionError(descr);
		};
	}

	@ParameterizedTest
	@CsvSource({ "true, <i4", "false, <i4", "true, |u1", "false, |u1", "true, <f8", "false, <f8" })
	void putsFortranOrderOfManySlicesIntoPlace(boolean known, String descr) throws IOException {
		int[] dims = { 61, 1, 203, 7, 3 };
		int size = descr.charAt(2) - '0';
		ByteBuffer data = ByteBuffer.allocate(61 * 203 * 7 * 3 * size).order(ByteOrder.LITTLE_ENDIAN);
		int[] place = new int[5];
		while (data.hasRemaining()) {
			put(data, descr, value(place));
			countUp(place, dims);
		}
		byte[] file = Fixtures.npy(1, Fixtures.header(descr, "True", "(61, 1, 203, 7, 3)"), data.array());
		CountingAllowance allowance = CountingAllowance.defaults();
		FloatTensor tensor = NpyReader.read(new ByteArrayInputStream(file), known ? file.length : -1, "x", allowance);
		Arrays.fill(place, 0);
		for (int i = 0; i < tensor.elements(); i++) {
			assertThat(tensor.array()[i]).isEqualTo(value(place));
			countUpLast(place, dims);
		}
		assertThat(tensor.min()).isZero();
		assertThat(tensor.max()).isEqualTo(250);
		assertThat(tensor.array()).hasSize(tensor.elements());
		assertThat(allowance.reserved()).isBetween(4L * tensor.elements(), (known ? 4L : 12L) * tensor.elements());
	}

	/** Distinct for neighbours in every dimension; fits one byte. */
	private static int value(int... place) {
		return (place[0] + 3 * place[2] + 7 * place[3] + 29 * place[4]) % 251;
	}

	private static void put(ByteBuffer data, String descr, int value) {
		switch (descr) {
			case "<i4" -> data.putInt(value);
			case "|u1" -> data.put((byte) value);
			default -> data.putDouble(value);
		}
	}

	private static void countUp(int[] place, int[] dims) {
		for (int d = 0; d < dims.length && ++place[d] == dims[d]; d++) {
			place[d] = 0;
		}
	}

	private static void countUpLast(int[] place, int[] dims) {
		for (int d = dims.length - 1; d >= 0 && ++place[d] == dims[d]; d--) {
			place[d] = 0;
		}
	}

	@Test
	void takesExactlyTheMemoryOfAKnownLength() throws IOException {
		byte[] file = Fixtures.npy("<f4", "(1000,)", new byte[4000]);
		CountingAllowance allowance = CountingAllowance.defaults();
		assertThat(read(file, allowance).array()).hasSize(1000);
		assertThat(allowance.reserved()).isEqualTo(4000);
	}

	@ParameterizedTest
	@CsvSource({ "False", "True" })
	void takesMemoryInProportionToWhatArrivedOfAnUnknownLength(String fortran) {
		byte[] file = Fixtures.npy(1, Fixtures.header("<f4", fortran, "(8192, 8192)"), new byte[100_000]);
		CountingAllowance allowance = CountingAllowance.defaults();
		assertRefused(file, -1, allowance, Cause.TRUNCATED, "268435456 bytes", "100000 found");
		assertThat(allowance.reserved()).isLessThan(4 * 100_000);
	}

	@ParameterizedTest
	@CsvSource({ "False", "True" })
	void takesNoMemoryForAShapeThatTheLengthDoesNotBear(String fortran) {
		byte[] file = Fixtures.npy(1, Fixtures.header("<f4", fortran, "(8192, 8192)"), new byte[100_000]);
		CountingAllowance allowance = CountingAllowance.defaults();
		assertRefused(file, file.length, allowance, Cause.SHAPE_MISMATCH, "268435456 bytes", "100000 bytes");
		assertThat(allowance.reserved()).isZero();
	}

	@Test
	void refusesTooFewBytes() {
		byte[] file = Fixtures.npy(1, HEADER, new byte[23]);
		assertRefused(file, file.length, Cause.SHAPE_MISMATCH, "tensor x", "[2, 3] of float32", "24 bytes", "23 bytes");
		assertRefused(file, -1, Cause.TRUNCATED, "tensor x", "24 bytes", "23 found");
	}

	@Test
	void refusesAStreamShorterThanItsLength() {
		byte[] file = Fixtures.npy(1, HEADER, new byte[23]);
		assertRefused(file, file.length + 1, Cause.TRUNCATED, "24 bytes", "23 found");
	}

	@Test
	void refusesTooManyBytes() {
		byte[] file = Fixtures.npy(1, HEADER, new byte[25]);
		assertRefused(file, file.length, Cause.TRAILING_BYTES, "tensor x", "[2, 3] of float32", "24 bytes", "25 bytes");
		assertRefused(file, -1, Cause.TRAILING_BYTES, "tensor x", "24 bytes", "more follow");
		assertRefused(file, file.length - 1, Cause.TRAILING_BYTES, "24 bytes", "more follow");
	}

	@ParameterizedTest
	@MethodSource("refusedTypes")
	void refusesTypesThatAreNotNumbers(String descr, byte[] file) {
		String named = descr.startsWith("[") ? "structured descr found, starting with [('" : "'" + descr + "'";
		assertRefused(file, file.length, Cause.UNSUPPORTED_DTYPE, "tensor x", named);
	}

	static Stream<Object[]> refusedTypes() {
		return Fixtures.rows("refused.csv")
			.map((columns) -> new Object[] { columns[0], Base64.getDecoder().decode(columns[1]) });
	}

	@Test
	void saysWhyPickledObjectsAreRefused() {
		assertRefused(Fixtures.npy("|O", "(1,)"), -1, Cause.UNSUPPORTED_DTYPE, "pickled Python objects are refused",
				"runs code");
	}

	@ParameterizedTest
	@CsvSource({ "=f4", "|f4", "f4", "=i2", "i8" })
	void refusesATypeThatDoesNotTellItsByteOrder(String descr) {
		assertRefused(Fixtures.npy(descr, "()", new byte[8]), -1, Cause.UNSUPPORTED_DTYPE, "'" + descr + "'",
				"does not tell its byte order");
	}

	@ParameterizedTest
	@CsvSource({ "<f3", "<f16", "<<f4", "<F4", "'<f4 '", "'< f4'", "<", "''", "float32", "?", "<i16", "|b8" })
	void refusesTypesThatAreUnknown(String descr) {
		assertRefused(Fixtures.npy(descr, "()", new byte[4]), -1, Cause.UNSUPPORTED_DTYPE, "'" + descr + "'");
	}

	/**
	 * As Python 2 wrote them: {@code numpy.load} reads them as it reads those without u.
	 */
	@Test
	void readsStringsWithTheMarkOfPython2() throws IOException {
		byte[] file = Fixtures.npy(1, "{u'descr': u'<f4', u\"fortran_order\": False, u'shape': (2L,), }",
				new byte[] { 0, 0, (byte) 0x80, 0x3f, 0, 0, 0, (byte) 0xc0 });
		assertThat(Arrays.copyOf(read(file, Allowance.UNLIMITED).array(), 2)).containsExactly(1, -2);
		assertRefused(Fixtures.npy(1, "{b'descr': '<f4'}"), -1, Cause.WRONG_TYPE, "a string expected");
	}

	@Test
	void saysOfANameOfATypeThatItHasNoByteOrder() {
		assertRefused(Fixtures.npy("float32", "()", new byte[4]), -1, Cause.UNSUPPORTED_DTYPE,
				"descr 'float32' found: the name of a type does not tell its byte order; a code is expected");
	}

	@Test
	void refusesOtherMagic() {
		assertRefused(new byte[] { 1, 2, 3, 4, 0, 0, 0, 0, 0, 0 }, 10, Cause.MALFORMED, "93 4e 55 4d 50 59",
				"01 02 03 04 00 00");
		assertRefused(new byte[] { 'P', 'K', 3, 4, 0, 0, 0, 0, 0, 0 }, 10, Cause.MALFORMED,
				"an npy file is expected, this looks like a zip archive");
		assertRefused(new byte[] { 'P', 'K' }, 2, Cause.MALFORMED, "50 4b");
	}

	@ParameterizedTest
	@CsvSource({ "0, 0", "1, 1", "2, 1", "3, 255", "4, 0", "255, 0" })
	void refusesOtherVersions(int major, int minor) {
		byte[] file = Fixtures.npy(1, HEADER, DATA);
		file[6] = (byte) major;
		file[7] = (byte) minor;
		assertRefused(file, file.length, Cause.UNSUPPORTED_FORMAT, major + "." + minor + " found", "1.0, 2.0 and 3.0");
	}

	@ParameterizedTest
	@CsvSource({ "1", "2", "3" })
	void refusesEveryPrefixOfAFile(int version) {
		byte[] file = Fixtures.npy(version, HEADER, DATA);
		for (int length = 0; length < file.length; length++) {
			byte[] cut = Arrays.copyOf(file, length);
			assertRefused(cut, -1, Cause.TRUNCATED, "tensor x");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', quoteCharacter = '`', nullValues = "null", ignoreLeadingAndTrailingWhitespace = true,
			textBlock = """
					MALFORMED       ; ``                                                           ; '{'
					MALFORMED       ; [1, 2]                                                       ; '{'
					MALFORMED       ; {                                                            ; a string
					MISSING_MEMBER  ; {}                                                           ; 'descr'
					MISSING_MEMBER  ; {'descr': '<f4', 'fortran_order': False}                     ; 'shape'
					MISSING_MEMBER  ; {'descr': '<f4', 'shape': (6,)}                              ; 'fortran_order'
					MISSING_MEMBER  ; {'fortran_order': False, 'shape': (6,)}                      ; 'descr'
					DUPLICATE_NAME  ; {'descr': '<f4', 'descr': '<f4'}                             ; 'descr'
					DUPLICATE_NAME  ; {'shape': (6,), 'fortran_order': True, 'shape': (6,)}        ; 'shape'
					DUPLICATE_NAME  ; {'fortran_order': True, 'fortran_order': True}               ; 'fortran_order'
					UNKNOWN_MEMBER  ; {'descr': '<f4', 'order': 'C'}                               ; 'order'
					MALFORMED       ; {'descr' '<f4'}                                              ; ':'
					MALFORMED       ; {'descr': '<f4' 'shape': (6,)}                               ; '}'
					MALFORMED       ; {'descr': '<f4}                                              ; closed string
					MALFORMED       ; {'descr': '<f4\\x00'}                                        ; backslash
					MALFORMED       ; {'descr': '<f4', 'fortran_order': False, 'shape': (6,)       ; '}'
					MALFORMED       ; {'descr': '<f4', 'fortran_order': False, 'shape': (6,)} x    ; the end
					MALFORMED       ; {'descr': '<f4', 'fortran_order': False, 'shape': (6,)}{}    ; the end
					WRONG_TYPE      ; {,}                                                          ; a string
					WRONG_TYPE      ; {'descr': 4}                                                 ; a string
					WRONG_TYPE      ; {descr: '<f4'}                                               ; a string
					WRONG_TYPE      ; {r'descr': '<f4'}                                            ; a string
					WRONG_TYPE      ; {'fortran_order': 'False'}                                   ; True or False
					WRONG_TYPE      ; {'fortran_order': 0}                                         ; True or False
					WRONG_TYPE      ; {'fortran_order': true}                                      ; True or False
					MALFORMED       ; {'fortran_order': Falsey}                                    ; '}'
					WRONG_TYPE      ; {'shape': 6}                                                 ; a tuple
					WRONG_TYPE      ; {'shape': [6]}                                               ; a tuple
					MALFORMED       ; {'shape': (6)}                                               ; ',' after its one
					MALFORMED       ; {'shape': (2 3)}                                             ; ',' or ')'
					WRONG_TYPE      ; {'shape': (-6,)}                                             ; whole number
					WRONG_TYPE      ; {'shape': (,)}                                               ; whole number
					WRONG_TYPE      ; {'shape': (2,,3)}                                            ; whole number
					WRONG_TYPE      ; {'shape': (True,)}                                           ; whole number
					WRONG_TYPE      ; {'shape': ((2,),)}                                           ; whole number
					WRONG_TYPE      ; {'shape': ('2',)}                                            ; whole number
					MALFORMED       ; {'shape': (2.0,)}                                            ; ',' or ')'
					MALFORMED       ; {'shape': (0x6,)}                                            ; ',' or ')'
					MALFORMED       ; {'shape': (6l,)}                                             ; ',' or ')'
					MALFORMED       ; {'shape': (6                                                 ; ',' or ')'
					MALFORMED       ; {'shape': (6,                                                ; whole number
					MALFORMED       ; {'shape': (2*3,)}                                            ; ',' or ')'
					WRONG_TYPE      ; {'shape': __import__('os')}                                  ; a tuple
					""")
	void refusesHeadersThatAreNotWhatNumpyWrites(Cause cause, String header, String expected) {
		byte[] file = Fixtures.npy(1, header, DATA);
		assertRefused(file, -1, cause, "tensor x: npy header: ", expected);
	}

	@Test
	void refusesPython2NumbersInVersion3() {
		assertRefused(Fixtures.npy(3, Fixtures.header("<f4", "False", "(2L, 3L)"), DATA), -1, Cause.MALFORMED,
				"',' or ')' expected", "L, 3L)");
	}

	@Test
	void refusesAHeaderOfVersion3ThatIsNotUtf8() {
		assertRefused(Fixtures.npy(3, HEADER + "\u00ff", DATA), -1, Cause.MALFORMED, "not UTF-8");
	}

	@Test
	void quotesNoMoreThanAShortPieceOfAHeader() {
		byte[] file = Fixtures.npy(2, "{'" + "k".repeat(100_000) + "': 1}");
		assertThatExceptionOfType(MalformedInputException.class)
			.isThrownBy(() -> read(file, CountingAllowance.defaults()))
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(250));
	}

	@Test
	void refusesAHeaderAboveTheLimitBeforeItIsRead() {
		byte[] file = Fixtures.npy(2, "");
		Arrays.fill(file, 8, 12, (byte) 0xff);
		assertExceeds(file, CountingAllowance.defaults(), RequestLimit.HEADER, 0xffff_ffffL);
		assertExceeds(file, Allowance.UNLIMITED, RequestLimit.HEADER, 0xffff_ffffL);
		assertExceeds(Fixtures.npy(1, HEADER, DATA), CountingAllowance.defaults().with(RequestLimit.HEADER, 20),
				RequestLimit.HEADER, HEADER.length());
	}

	@Test
	void takesMemoryForAHeaderOnlyAsItArrives() {
		byte[] file = Fixtures.npy(2, "");
		ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(8, Integer.MAX_VALUE - 8);
		InputStream in = new ByteArrayInputStream(file) {
			@Override
			public synchronized int read(byte[] dest, int offset, int length) {
				assertThat(dest).hasSizeLessThan(100_000);
				return super.read(dest, offset, length);
			}
		};
		assertThatExceptionOfType(MalformedInputException.class)
			.isThrownBy(() -> NpyReader.read(in, -1, "x", Allowance.UNLIMITED))
			.satisfies((ex) -> assertThat(ex.cause()).isEqualTo(Cause.TRUNCATED));
	}

	@Test
	void refusesTooManyDimensions() {
		assertExceeds(Fixtures.npy("<f4", "(1,1,1,1,1,1,1,1,1)", new byte[4]), CountingAllowance.defaults(),
				RequestLimit.RANK, 9);
	}

	/** Limits are told only of what the file can hold. */
	@Test
	void theLengthOfTheFileComesBeforeTheLimits() {
		byte[] elements = Fixtures.npy("<f4", "(67108865,)");
		assertRefused(elements, elements.length, Cause.SHAPE_MISMATCH,
				"shape [67108865] of float32 takes 268435460 bytes, 0 bytes follow the header");
		byte[] header = Fixtures.npy(2, "");
		Arrays.fill(header, 8, 12, (byte) 0xff);
		assertRefused(header, header.length, Cause.TRUNCATED, "4294967295 more bytes expected, 0 found");
	}

	@Test
	void refusesTooManyElementsBeforeItLooksForThem() {
		byte[] file = Fixtures.npy("<f4", "(67108865,)");
		assertExceeds(file, CountingAllowance.defaults(), RequestLimit.ELEMENTS, 67108865);
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "(4294967296,); 4294967296", "(2147483640,); 2147483640",
					"(1152921504606846976,); 1152921504606846976", "(9223372036854775807,); 9223372036854775807",
					"(99999999999999999999,); 9223372036854775807", "(0, 4294967296); 4294967296" })
	void refusesWhatNoArrayHolds(String shape, long found) {
		assertExceeds(Fixtures.npy("|u1", shape), Allowance.UNLIMITED, RequestLimit.ELEMENTS, found);
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "(4294967296, 4294967296)", "(2, 9223372036854775807)", "(0, 4294967296, 4294967296)" })
	void refusesAShapeWhoseElementsCannotBeCounted(String shape) {
		assertRefused(Fixtures.npy("<f8", shape), -1, Cause.SHAPE_MISMATCH, "more than 2^63 - 1 bytes");
	}

	@Test
	void namesTheTensorInThePointer() {
		assertThatExceptionOfType(MalformedInputException.class)
			.isThrownBy(() -> NpyReader.read(new ByteArrayInputStream(Fixtures.npy("|O", "()")), -1, "weight",
					CountingAllowance.defaults()))
			.satisfies((ex) -> assertThat(ex.pointer()).isEqualTo("/weight"))
			.withMessageStartingWith("tensor weight: ");
	}

	@Test
	void readsAnyNonzeroByteAsTrue() throws IOException {
		FloatTensor tensor = read(Fixtures.npy("|b1", "(3,)", (byte) 0, (byte) 2, (byte) -1),
				CountingAllowance.defaults());
		assertThat(tensor.array()).containsExactly(0, 1, 1);
		assertThat(tensor.shape()).isEqualTo(Shape.of(3));
	}

	@Test
	void passesOnWhatTheStreamThrows() {
		InputStream broken = new InputStream() {
			@Override
			public int read() throws IOException {
				throw new IOException("connection reset");
			}
		};
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> NpyReader.read(broken, -1, "x", CountingAllowance.defaults()))
			.withMessage("connection reset");
	}

	private static FloatTensor read(byte[] file, Allowance allowance) throws IOException {
		return NpyReader.read(new ByteArrayInputStream(file), file.length, "x", allowance);
	}

	private static void assertExceeds(byte[] file, Allowance allowance, RequestLimit limit, long found) {
		assertThatExceptionOfType(LimitExceededException.class)
			.isThrownBy(() -> NpyReader.read(new ByteArrayInputStream(file), -1, "x", allowance))
			.satisfies((ex) -> assertThat(ex.limit()).isEqualTo(limit))
			.satisfies((ex) -> assertThat(ex.found()).isEqualTo(found))
			.withMessageContaining("tensor x");
	}

	private static void assertRefused(byte[] file, long length, Cause cause, String... details) {
		assertRefused(file, length, CountingAllowance.defaults(), cause, details);
	}

	private static void assertRefused(byte[] file, long length, Allowance allowance, Cause cause, String... details) {
		assertThatExceptionOfType(MalformedInputException.class)
			.isThrownBy(() -> NpyReader.read(new ByteArrayInputStream(file), length, "x", allowance))
			.satisfies((ex) -> assertThat(ex.cause()).as(ex.getMessage()).isEqualTo(cause))
			.satisfies((ex) -> assertThat(ex.pointer()).isIn("/x", null))
			.satisfies((ex) -> assertThat(ex.getMessage()).contains(details));
	}

}
