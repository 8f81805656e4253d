package dev.discretizer.codec.json;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.discretizer.codec.DeclaredShape;
import dev.discretizer.codec.ElementReader;
import dev.discretizer.codec.Field;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.Names;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.FloatTensorBuilder;
import dev.discretizer.tensor.RequestLimit;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Reads a tensor from an object: {@code shape} with either {@code data}, the elements as
 * one flat array in C order, or {@code base64}, their little-endian bytes; and
 * {@code dtype}, float32 unless it is given, which bytes must have. The members may come
 * in any order. Serves one tensor.
 */
final class TensorObject {

	private static final List<String> KNOWN = List.of("dtype", "shape", "data", "base64");

	private final TensorParser parser;

	private final Field field;

	private final Allowance allowance;

	private @Nullable DType dtype;

	private long @Nullable [] shape;

	private @Nullable ElementCollector data;

	/** The elements of base64 whose type was known beforehand. */
	private @Nullable FloatTensorBuilder elements;

	/** The bytes of base64 whose type was not known yet; longer than they are. */
	private byte[] held = new byte[0];

	/** How many bytes base64 had, -1 if there was none. */
	private long bytes = -1;

	TensorObject(TensorParser parser, Field field, Allowance allowance) {
		this.parser = parser;
		this.field = field;
		this.allowance = allowance;
	}

	/**
	 * Reads the object whose opening brace the parser stands on, up to its closing one.
	 */
	FloatTensor read() throws IOException {
		Members members = new Members(this.parser, this.field.pointer(), KNOWN);
		for (String name = members.next(); name != null; name = members.next()) {
			switch (name) {
				case "dtype" -> this.dtype = dtype();
				case "shape" -> this.shape = shape();
				case "data" -> this.data = data();
				default -> base64();
			}
			if (this.data != null && this.bytes >= 0) {
				throw wrong(Cause.MALFORMED, "", "data and base64 found, one of them is expected");
			}
		}
		return build();
	}

	private DType dtype() throws IOException {
		String label = Text.read(this.parser, Names.tensor(this.field.name()) + ": dtype", pointer("/dtype"));
		DType known = DType.ofLabel(label);
		if (known == null) {
			throw wrong(Cause.UNSUPPORTED_DTYPE, "/dtype", "dtype is %s, known are: %s".formatted(Names.clip(label),
					Stream.of(DType.values()).map(DType::label).collect(Collectors.joining(", "))));
		}
		return known;
	}

	private long[] shape() {
		if (this.parser.currentToken() != JsonToken.START_ARRAY) {
			throw wrong(Cause.WRONG_TYPE, "/shape",
					"%s found, an array of integers is expected".formatted(Shown.token(this.parser)));
		}
		long[] dims = new long[8];
		int rank = 0;
		while (this.parser.nextToken() != JsonToken.END_ARRAY) {
			this.allowance.check(RequestLimit.RANK, rank + 1, Names.tensor(this.field.name()));
			dims = (rank == dims.length) ? Arrays.copyOf(dims, 2 * rank) : dims;
			dims[rank] = dimension(rank);
			rank++;
		}
		return Arrays.copyOf(dims, rank);
	}

	private long dimension(int index) {
		if (this.parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
			long size = Decimals.toLong(this.parser);
			if (size >= 0) {
				return size;
			}
		}
		throw wrong(Cause.WRONG_TYPE, "/shape", "%s found at index %d of shape, an integer from 0 is expected"
			.formatted(Shown.token(this.parser), index));
	}

	private ElementCollector data() {
		if (this.parser.currentToken() != JsonToken.START_ARRAY) {
			throw wrong(Cause.WRONG_TYPE, "/data",
					"%s found, a flat array of numbers is expected".formatted(Shown.token(this.parser)));
		}
		ElementCollector collector = new ElementCollector(this.parser, this.field.name(), this.allowance);
		if (collector.addAll() != JsonToken.END_ARRAY) {
			throw wrong(Cause.WRONG_TYPE, "/data", "%s found at index %d of data, a number is expected"
				.formatted(Shown.token(this.parser), collector.size()));
		}
		return collector;
	}

	private void base64() throws IOException {
		if (this.parser.currentToken() != JsonToken.VALUE_STRING) {
			throw wrong(Cause.WRONG_TYPE, "/base64",
					"%s found, a string is expected".formatted(Shown.token(this.parser)));
		}
		Base64Decoder decoder = new Base64Decoder(this.field, (this.dtype != null) ? convertAs(this.dtype) : hold());
		this.parser.readString(decoder);
		decoder.finish();
		this.bytes = decoder.bytes();
	}

	/** Converts bytes as they come. */
	private Base64Decoder.Sink convertAs(DType known) {
		FloatTensorBuilder builder = new FloatTensorBuilder(this.field.name(), known, this.allowance);
		this.elements = builder;
		ElementReader reader = new ElementReader(known, ByteOrder.LITTLE_ENDIAN, Base64Decoder.BLOCK / known.bytes());
		return (block, count) -> convert(block, count, reader, builder);
	}

	/** Bytes of half an element can only be the last ones, and will not fit the shape. */
	private void convert(byte[] block, int count, ElementReader reader, FloatTensorBuilder builder) throws IOException {
		int whole = count / builder.source().bytes();
		ElementCollector.ask(this.allowance, builder, whole);
		reader.read(new ByteArrayInputStream(block, 0, count), whole, builder);
	}

	/** Keeps the bytes until their type is known. */
	private Base64Decoder.Sink hold() {
		this.bytes = 0;
		return (block, count) -> {
			hold(this.bytes + count);
			System.arraycopy(block, 0, this.held, (int) this.bytes, count);
			this.bytes += count;
		};
	}

	private void hold(long needed) {
		if (needed > Allowance.LONGEST_ARRAY) {
			throw wrong(Cause.UNSUPPORTED_FORMAT, "/base64",
					"over %d bytes found, so many are read only if dtype comes first"
						.formatted(Allowance.LONGEST_ARRAY));
		}
		if (needed > this.held.length) {
			int length = (int) Math.max(needed, Math.min(2L * this.held.length, Allowance.LONGEST_ARRAY));
			// The shorter array stays until it is copied.
			this.allowance.reserve(length);
			this.held = Arrays.copyOf(this.held, length);
		}
	}

	private FloatTensor build() throws IOException {
		if (this.shape == null) {
			throw wrong(Cause.MISSING_MEMBER, "", "shape is missing");
		}
		if (this.data != null) {
			checkCount(this.shape, 1, this.data.size(), "numbers in data");
			return this.data.build(DeclaredShape.of(this.shape, this.field.name()),
					(this.dtype != null) ? this.dtype : DType.FLOAT32, pointer("/data"));
		}
		if (this.bytes < 0) {
			throw wrong(Cause.MISSING_MEMBER, "", "data or base64 is missing");
		}
		if (this.dtype == null) {
			throw wrong(Cause.MISSING_MEMBER, "", "dtype is missing, which base64 needs");
		}
		checkCount(this.shape, this.dtype.bytes(), this.bytes, "bytes of %s in base64".formatted(this.dtype.label()));
		Shape known = DeclaredShape.of(this.shape, this.field.name());
		return ((this.elements != null) ? this.elements : convertHeld(this.dtype)).build(known);
	}

	private FloatTensorBuilder convertHeld(DType known) throws IOException {
		FloatTensorBuilder builder = new FloatTensorBuilder(this.field.name(), known, this.allowance);
		int count = (int) (this.bytes / known.bytes());
		ElementCollector.ask(this.allowance, builder, count);
		builder.exactly(count);
		new ElementReader(known, ByteOrder.LITTLE_ENDIAN, count).read(new ByteArrayInputStream(this.held), count,
				builder);
		return builder;
	}

	/** Compares what the shape asks for with what is there, both in the same unit. */
	private void checkCount(long[] dims, int size, long found, String unit) {
		String expected;
		try {
			long count = Math.multiplyExact(Shape.elements(dims), size);
			if (count == found) {
				return;
			}
			expected = Long.toString(count);
		}
		catch (ArithmeticException ex) {
			expected = "over " + Long.MAX_VALUE;
		}
		throw wrong(Cause.SHAPE_MISMATCH, "",
				"%d %s found, %s expected for shape %s".formatted(found, unit, expected, Arrays.toString(dims)));
	}

	private String pointer(String member) {
		return this.field.pointer() + member;
	}

	private MalformedInputException wrong(Cause cause, String member, String what) {
		return new MalformedInputException(cause, pointer(member), Names.tensor(this.field.name()) + ": " + what);
	}

}
