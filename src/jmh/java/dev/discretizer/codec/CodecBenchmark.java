package dev.discretizer.codec;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import dev.discretizer.codec.json.JsonDocument;
import dev.discretizer.codec.json.JsonRequestReader;
import dev.discretizer.codec.json.TensorStyle;
import dev.discretizer.codec.npy.NpyReader;
import dev.discretizer.codec.npy.NpyWriter;
import dev.discretizer.codec.npy.NpzReader;
import dev.discretizer.codec.npy.NpzWriter;
import dev.discretizer.codec.raw.RawReader;
import dev.discretizer.codec.raw.RawWriter;
import dev.discretizer.codec.safetensors.SafetensorsReader;
import dev.discretizer.codec.safetensors.SafetensorsWriter;
import dev.discretizer.discretize.TensorDiscretization;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.DType;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Each format's reader and writer, from and to memory, beside a plain copy of the same
 * bytes. The counter {@code bytes} is bytes of the file read or written in a nanosecond,
 * and so GB/s. Writers write int8, so round as they write.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class CodecBenchmark {

	/** Formats of one tensor, and how this benchmark makes, reads and writes them. */
	public enum Format {

		/** Elements alone. */
		RAW,
		/** One NumPy array. */
		NPY,
		/** A zip of NumPy arrays, stored. */
		NPZ,
		/** A safetensors file. */
		SAFETENSORS,
		/** A JSON object with a flat array, digits as Python's tolist() has them. */
		JSON

	}

	private static final String NAME = "tensor";

	private static final List<Field> SCHEMA = List.of(new TensorField(NAME, NAME, Field.Kind.TENSOR));

	/** The one member of the JSON object. */
	private record TensorField(String name, String path, Kind kind) implements Field {
	}

	private static final JsonRequestReader JSON = new JsonRequestReader(64);

	@Param
	private Format format = Format.RAW;

	@Param({ "65521", "4194301" })
	private int elements;

	private byte[] file = new byte[0];

	private byte[] copy = new byte[0];

	private DiscreteTensor rounded = FloatBits.of(new float[0]);

	/** Counts the bytes that were read or written. */
	@AuxCounters
	@State(Scope.Thread)
	public static class Moved {

		/** Bytes of the file. */
		public long bytes;

	}

	/** Makes the file, and checks that reading gives the tensor back. */
	@Setup
	public void fill() throws IOException {
		Random random = new Random(1);
		float[] floats = new float[this.elements];
		for (int i = 0; i < this.elements; i++) {
			floats[i] = (float) (random.nextGaussian() * 0.1);
		}
		this.file = (this.format == Format.JSON) ? json(floats) : bytes(encode(FloatBits.of(floats)));
		this.copy = new byte[this.file.length];
		FloatTensor tensor = FloatTensor.of(Shape.of(this.elements), floats);
		this.rounded = TensorDiscretization.discretize(tensor, NAME, null, null, true, false).tensor();
		float[] read = read(new Moved()).array();
		if (read[this.elements - 1] != floats[this.elements - 1]) {
			throw new IllegalStateException("the last element is " + read[this.elements - 1]);
		}
	}

	private static byte[] json(float[] floats) {
		StringBuilder text = new StringBuilder("{\"tensor\":[");
		for (int i = 0; i < floats.length; i++) {
			text.append((i == 0) ? "" : ", ").append((double) floats[i]);
		}
		return text.append("]}").toString().getBytes(StandardCharsets.UTF_8);
	}

	private static byte[] bytes(Encoded encoded) throws IOException {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		encoded.writeTo(out);
		return out.toByteArray();
	}

	private Encoded encode(DiscreteTensor tensor) {
		return switch (this.format) {
			case RAW -> RawWriter.encode(tensor);
			case NPY -> NpyWriter.encode(tensor);
			case NPZ -> NpzWriter.encode(Map.of(NAME, tensor), "{}");
			case SAFETENSORS -> SafetensorsWriter.encode(Map.of(NAME, tensor), Map.of());
			case JSON -> JsonDocument.encode(Map.of(NAME, tensor), TensorStyle.FLAT);
		};
	}

	/** What memory allows. */
	@Benchmark
	public byte[] copy(Moved moved) {
		System.arraycopy(this.file, 0, this.copy, 0, this.file.length);
		moved.bytes += this.file.length;
		return this.copy;
	}

	/** Reads a file of float32. */
	@Benchmark
	public FloatTensor read(Moved moved) throws IOException {
		InputStream in = new ByteArrayInputStream(this.file);
		int length = this.file.length;
		moved.bytes += length;
		return switch (this.format) {
			case RAW -> RawReader.read(in, length, DType.FLOAT32, new long[] { this.elements }, NAME,
					Allowance.UNLIMITED);
			case NPY -> NpyReader.read(in, length, NAME, Allowance.UNLIMITED);
			case NPZ -> only(NpzReader.read(in, length, Allowance.UNLIMITED));
			case SAFETENSORS -> only(SafetensorsReader.read(in, length, Allowance.UNLIMITED));
			case JSON -> json(in);
		};
	}

	private static FloatTensor only(Map<String, FloatTensor> tensors) {
		return tensors.values().iterator().next();
	}

	private static FloatTensor json(InputStream in) throws IOException {
		RequestValues values = new RequestValues();
		JSON.read(in, SCHEMA, Allowance.UNLIMITED, values);
		FloatTensor tensor = values.tensor(NAME);
		if (tensor == null) {
			throw new IllegalStateException("no tensor was read");
		}
		return tensor;
	}

	/** Writes a file of int8, its length first, as an answer is written. */
	@Benchmark
	public long write(Moved moved) throws IOException {
		Encoded encoded = encode(this.rounded);
		long length = encoded.length();
		encoded.writeTo(OutputStream.nullOutputStream());
		moved.bytes += length;
		return length;
	}

	/** A float32 tensor as it is, to make files of. */
	private static final class FloatBits implements DiscreteTensor {

		private final float[] values;

		private FloatBits(float[] values) {
			this.values = values;
		}

		static DiscreteTensor of(float[] values) {
			return new FloatBits(values);
		}

		@Override
		public Shape shape() {
			return Shape.of(this.values.length);
		}

		@Override
		public DType dtype() {
			return DType.FLOAT32;
		}

		@Override
		public void ints(int from, int[] dest, int offset, int count) {
			throw new UnsupportedOperationException("it has no integers");
		}

		@Override
		public void floats(int from, float[] dest, int offset, int count) {
			System.arraycopy(this.values, from, dest, offset, count);
		}

		@Override
		public void bytes(int from, byte[] dest, int offset, int count) {
			ByteBuffer.wrap(dest, offset, count * Float.BYTES)
				.order(ByteOrder.LITTLE_ENDIAN)
				.asFloatBuffer()
				.put(this.values, from, count);
		}

	}

}
