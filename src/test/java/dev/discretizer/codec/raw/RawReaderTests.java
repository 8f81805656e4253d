package dev.discretizer.codec.raw;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

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
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

class RawReaderTests {

	private static final byte[] SIX = floats(1, -2, 3.5f, 0, 5, -6);

	@ParameterizedTest
	@ValueSource(longs = { 24, -1 })
	void readsWithAndWithoutItsLength(long length) throws IOException {
		FloatTensor tensor = RawReader.read(new SlowStream(SIX), length, DType.FLOAT32, new long[] { 2, 3 }, "tensor",
				Allowance.UNLIMITED);
		assertThat(tensor.shape()).isEqualTo(Shape.of(2, 3));
		assertThat(tensor.source()).isEqualTo(DType.FLOAT32);
		assertThat(tensor.array()).startsWith(1, -2, 3.5f, 0, 5, -6);
		assertThat(tensor.min()).isEqualTo(-6);
		assertThat(tensor.max()).isEqualTo(5);
	}

	@ParameterizedTest
	@ValueSource(longs = { 2, -1 })
	void readsAScalar(long length) throws IOException {
		FloatTensor tensor = RawReader.read(new SlowStream(new byte[] { 0x34, 0x12 }), length, DType.INT16, new long[0],
				"tensor", Allowance.UNLIMITED);
		assertThat(tensor.shape()).isEqualTo(Shape.SCALAR);
		assertThat(tensor.array()[0]).isEqualTo(0x1234);
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, -1 })
	void readsAnEmptyTensor(long length) throws IOException {
		FloatTensor tensor = RawReader.read(new SlowStream(), length, DType.FLOAT64, new long[] { 3, 0 }, "tensor",
				Allowance.UNLIMITED);
		assertThat(tensor.shape()).isEqualTo(Shape.of(3, 0));
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, 23, 25, 1L << 40 })
	void aLengthThatIsNotTheShapesIsAMismatchBeforeMoreIsReadThanHasArrived(long length) {
		SlowStream in = new SlowStream(SIX);
		CountingAllowance allowance = new CountingAllowance();
		assertMalformed(Cause.SHAPE_MISMATCH,
				"tensor weight: 24 bytes expected (shape [2, 3] of float32), " + length + " found",
				() -> RawReader.read(in, length, DType.FLOAT32, new long[] { 2, 3 }, "weight", allowance));
		assertThat(in.position()).isOne();
		assertThat(allowance.reserved()).isZero();
	}

	@Test
	void aShapeOfMoreBytesThanALongHoldsIsAMismatch() {
		for (long length : new long[] { 0, 24, -1 }) {
			assertMalformed(Cause.SHAPE_MISMATCH,
					"tensor weight: shape [4294967296, 4294967296] of float32 stands for more than 2^63 - 1 bytes",
					() -> RawReader.read(new SlowStream(), length, DType.FLOAT32, new long[] { 1L << 32, 1L << 32 },
							"weight", Allowance.UNLIMITED));
		}
	}

	@Test
	void aStreamOfUnknownLengthMayEndEarly() {
		assertMalformed(Cause.TRUNCATED, "tensor weight: 28 bytes of elements expected (7 of float32), 24 found",
				() -> RawReader.read(new SlowStream(SIX), -1, DType.FLOAT32, new long[] { 7 }, "weight",
						Allowance.UNLIMITED));
	}

	@Test
	void aStreamOfUnknownLengthMayGoOn() {
		assertMalformed(Cause.TRAILING_BYTES, "tensor weight: 20 bytes expected (shape [5] of float32), more found",
				() -> RawReader.read(new SlowStream(SIX), -1, DType.FLOAT32, new long[] { 5 }, "weight",
						Allowance.UNLIMITED));
	}

	@Test
	void rankIsLimited() {
		CountingAllowance allowance = new CountingAllowance().with(RequestLimit.RANK, 2);
		assertThatExceptionOfType(LimitExceededException.class)
			.isThrownBy(() -> RawReader.read(new SlowStream(SIX), 24, DType.FLOAT32, new long[] { 1, 2, 3 }, "weight",
					allowance))
			.withMessage("tensor weight: 3 dimensions found, at most 2 allowed (discretizer.limits.rank)");
	}

	@ParameterizedTest
	@ValueSource(longs = { 24, -1 })
	void elementsAreLimitedBeforeMemoryIsTaken(long length) {
		CountingAllowance allowance = new CountingAllowance().with(RequestLimit.ELEMENTS, 5);
		SlowStream in = new SlowStream(SIX);
		assertThatExceptionOfType(LimitExceededException.class)
			.isThrownBy(() -> RawReader.read(in, length, DType.FLOAT32, new long[] { 2, 3 }, "weight", allowance))
			.withMessage("tensor weight: 6 elements found, at most 5 allowed (discretizer.limits.elements)");
		assertThat(in.position()).isZero();
		assertThat(allowance.reserved()).isZero();
	}

	@Test
	void moreThanAnArrayHoldsIsOverALimit() {
		assertThatExceptionOfType(LimitExceededException.class).isThrownBy(() -> RawReader.read(new SlowStream(),
				1L << 33, DType.FLOAT32, new long[] { 1L << 31 }, "weight", Allowance.UNLIMITED));
	}

	@Test
	void aKnownLengthTakesExactlyTheMemoryOfTheTensor() throws IOException {
		CountingAllowance allowance = new CountingAllowance();
		FloatTensor tensor = RawReader.read(new ByteArrayInputStream(new byte[300_000]), 300_000, DType.FLOAT32,
				new long[] { 75_000 }, "weight", allowance);
		assertThat(tensor.array()).hasSize(75_000);
		assertThat(allowance.reserved()).isEqualTo(300_000);
	}

	@Test
	void anUnknownLengthTakesMemoryOnlyAsBytesArrive() {
		CountingAllowance allowance = new CountingAllowance();
		assertMalformed(Cause.TRUNCATED, null, () -> RawReader.read(new ByteArrayInputStream(new byte[100_000]), -1,
				DType.FLOAT32, new long[] { 1 << 30 }, "weight", allowance));
		assertThat(allowance.reserved()).isPositive().isLessThanOrEqualTo(4 * 100_000);
	}

	@Test
	void anErrorOfTheStreamPasses() {
		InputStream broken = new InputStream() {
			@Override
			public int read() throws IOException {
				throw new IOException("gone");
			}
		};
		assertThatIOException()
			.isThrownBy(() -> RawReader.read(broken, 4, DType.FLOAT32, new long[0], "weight", Allowance.UNLIMITED))
			.withMessage("gone");
	}

	@Test
	void parsesShapes() {
		assertThat(RawReader.parseShape("")).isEmpty();
		assertThat(RawReader.parseShape("7")).containsExactly(7);
		assertThat(RawReader.parseShape("16,2,5,5")).containsExactly(16, 2, 5, 5);
		assertThat(RawReader.parseShape("0,3")).containsExactly(0, 3);
		assertThat(RawReader.parseShape("999999999999999999")).containsExactly(999_999_999_999_999_999L);
	}

	@ParameterizedTest
	@ValueSource(strings = { " ", ",", "1,", ",1", "1,,2", "+1", "-1", "1, 2", "1 ", "1.0", "1e3", "0x10", "1_000",
			"\u0661", "\uff11", "a", "[1]", "(1,)", "1;2", "1x2", "9223372036854775808", "99999999999999999999", "1\n",
			"\u00a01", "null" })
	void refusesEverythingElseAsAShape(String text) {
		assertMalformed(Cause.WRONG_TYPE, null, () -> RawReader.parseShape(text));
	}

	@Test
	void namesTheDimensionThatIsWrong() {
		assertMalformed(Cause.WRONG_TYPE, "shape: 'x' found as dimension 1, expected 1 to 18 digits; "
				+ "a shape is like 16,2,5,5, or empty for a scalar", () -> RawReader.parseShape("16,x"));
	}

	@Test
	void clipsAShapeThatIsNoShape() {
		assertMalformed(Cause.WRONG_TYPE,
				"shape: '" + "x".repeat(128) + "...' found as dimension 0, expected 1 to 18 digits; "
						+ "a shape is like 16,2,5,5, or empty for a scalar",
				() -> RawReader.parseShape("x".repeat(5000)));
	}

	@Test
	void pointsToTheTensor() {
		for (long length : new long[] { 23, -1 }) {
			assertThatExceptionOfType(MalformedInputException.class)
				.isThrownBy(() -> RawReader.read(new SlowStream(SIX), length, DType.FLOAT32, new long[] { 5 }, "tensor",
						Allowance.UNLIMITED))
				.withMessageStartingWith("tensor: 20 bytes expected")
				.satisfies((ex) -> assertThat(ex.pointer()).isEqualTo("/tensor"));
		}
	}

	@Test
	void anyBytesShapeAndLengthEndInATensorOrAKnownError() throws IOException {
		Random random = new Random(20260807);
		int read = 0;
		for (int i = 0; i < 20_000; i++) {
			byte[] bytes = new byte[random.nextInt(64)];
			random.nextBytes(bytes);
			long[] dims = new long[random.nextInt(4)];
			for (int d = 0; d < dims.length; d++) {
				dims[d] = random.nextBoolean() ? random.nextInt(5) : random.nextLong() >>> (1 + random.nextInt(63));
			}
			DType dtype = DType.values()[random.nextInt(DType.values().length)];
			long length = random.nextBoolean() ? bytes.length : -1;
			try {
				RawReader.read(new ByteArrayInputStream(bytes), length, dtype, dims, "tensor",
						CountingAllowance.defaults());
				read++;
			}
			catch (MalformedInputException | LimitExceededException ex) {
				assertThat(ex).hasMessageStartingWith("tensor: ");
			}
		}
		assertThat(read).isGreaterThan(100);
	}

	private static void assertMalformed(Cause cause, @Nullable String detail, ThrowingCallable code) {
		assertThatExceptionOfType(MalformedInputException.class).isThrownBy(code).satisfies((ex) -> {
			assertThat(ex.cause()).isEqualTo(cause);
			if (detail != null) {
				assertThat(ex).hasMessage(detail);
			}
		});
	}

	private static byte[] floats(float... values) {
		ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
		bytes.asFloatBuffer().put(values);
		return bytes.array();
	}

}
