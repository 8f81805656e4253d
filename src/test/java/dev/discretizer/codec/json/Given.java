package dev.discretizer.codec.json;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

import dev.discretizer.codec.Field.Kind;
import dev.discretizer.codec.RequestValues;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.RequestLimit;

/** What the tests of this package share: a schema, readings and files. */
final class Given {

	static final int DEPTH = 12;

	static final List<JsonField> SCHEMA = List.of(new JsonField("weight", "conv/weight", Kind.TENSOR),
			new JsonField("bias", "conv/bias", Kind.TENSOR), new JsonField("tensor", "tensor", Kind.TENSOR),
			new JsonField("f32", "f32", Kind.FLOAT32), new JsonField("f64", "f64", Kind.FLOAT64),
			new JsonField("bits", "bits", Kind.INTEGER), new JsonField("to_int", "to_int", Kind.BOOLEAN),
			new JsonField("mode", "mode", Kind.TEXT));

	private static final JsonRequestReader READER = new JsonRequestReader(DEPTH);

	private Given() {
	}

	static RequestValues read(byte[] body, Allowance allowance) {
		RequestValues values = new RequestValues();
		try {
			READER.read(new ByteArrayInputStream(body), SCHEMA, allowance, values);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return values;
	}

	static RequestValues read(String body) {
		return read(body.getBytes(StandardCharsets.UTF_8), Allowance.UNLIMITED);
	}

	/** The tensor of the given JSON text. */
	static FloatTensor tensor(String json) {
		return tensor(json, Allowance.UNLIMITED);
	}

	static FloatTensor tensor(String json, Allowance allowance) {
		byte[] body = ("{\"tensor\":" + json + "}").getBytes(StandardCharsets.UTF_8);
		return Objects.requireNonNull(read(body, allowance).tensor("tensor"));
	}

	/** The bits of all elements, so that -0 differs from 0. */
	static int[] bits(FloatTensor tensor) {
		int[] bits = new int[tensor.elements()];
		for (int i = 0; i < bits.length; i++) {
			bits[i] = Float.floatToRawIntBits(tensor.array()[i]);
		}
		return bits;
	}

	/** The lines of a file of the test resources. */
	static List<String> lines(String name) {
		try (InputStream file = Objects.requireNonNull(Given.class.getResourceAsStream(name), name);
				InputStream in = name.endsWith(".gz") ? new GZIPInputStream(file) : file;
				BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
			return reader.lines().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static DType dtype(String label) {
		return Objects.requireNonNull(DType.ofLabel(label), label);
	}

	/** Limits, and what was asked for. */
	static final class Limits implements Allowance {

		private final long mostElements;

		private final long highestRank;

		private final long mostBytes;

		long elements;

		long bytes;

		Limits(long mostElements, long highestRank, long mostBytes) {
			this.mostElements = mostElements;
			this.highestRank = highestRank;
			this.mostBytes = mostBytes;
		}

		@Override
		public void check(RequestLimit limit, long amount, String what) {
			long allowed = (limit == RequestLimit.RANK) ? this.highestRank : DEPTH;
			if (amount > allowed) {
				throw new LimitExceededException(limit, allowed, amount, what);
			}
		}

		@Override
		public void elements(long count, String what) {
			this.elements += count;
			if (this.elements > this.mostElements) {
				throw new LimitExceededException(RequestLimit.ELEMENTS, this.mostElements, this.elements, what);
			}
		}

		@Override
		public void reserve(long more) {
			this.bytes += more;
			if (this.bytes > this.mostBytes) {
				throw new LimitExceededException(RequestLimit.BODY, this.mostBytes, this.bytes, "memory");
			}
		}

	}

}
