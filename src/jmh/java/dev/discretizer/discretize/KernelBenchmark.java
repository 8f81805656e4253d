package dev.discretizer.discretize;

import java.util.Random;
import java.util.concurrent.TimeUnit;

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
 * The arithmetic over one tensor of float32, beside a plain copy of it. The counter
 * {@code bytes} is bytes of float32 read in a nanosecond, and so GB/s.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class KernelBenchmark {

	private static final Precision PRECISION = new Precision(Precision.WEIGHT_BITS);

	/** Sizes that no vector divides: within the caches of a core, and beyond any. */
	@Param({ "1021", "65521", "16777213" })
	private int elements;

	private float[] floats = new float[0];

	private float[] copy = new float[0];

	private byte[] bytes = new byte[0];

	private FloatTensor tensor = FloatTensor.scalar(0);

	private float scale;

	/** Counts the bytes that were read. */
	@AuxCounters
	@State(Scope.Thread)
	public static class Read {

		/** Bytes of float32. */
		public long bytes;

	}

	/** Fills the tensor, and checks that what is timed is right. */
	@Setup
	public void fill() {
		Random random = new Random(1);
		this.floats = new float[this.elements];
		for (int i = 0; i < this.elements; i++) {
			this.floats[i] = (float) (random.nextGaussian() * 0.1);
		}
		this.copy = new float[this.elements];
		this.bytes = new byte[this.elements * Integer.BYTES];
		this.tensor = FloatTensor.of(Shape.of(this.elements), this.floats);
		this.scale = DiscretizationScale.of(this.tensor, "tensor", PRECISION);
		toInt8(new Read());
		int last = this.elements - 1;
		if (this.bytes[last] != (byte) Math.rint(this.floats[last] * this.scale)) {
			throw new IllegalStateException("the last integer is " + this.bytes[last]);
		}
	}

	/** What memory allows. */
	@Benchmark
	public float[] copy(Read read) {
		System.arraycopy(this.floats, 0, this.copy, 0, this.elements);
		read.bytes += Float.BYTES * (long) this.elements;
		return this.copy;
	}

	/** Both extremes and the scale, as after reading a tensor. */
	@Benchmark
	public float scale(Read read) {
		FloatTensor scanned = FloatTensor.of(this.tensor.shape(), this.floats);
		read.bytes += Float.BYTES * (long) this.elements;
		return DiscretizationScale.of(scanned.min(), scanned.max(), PRECISION);
	}

	/** Rounding to int8, where all of it fits, as by a scale of its own. */
	@Benchmark
	public byte[] toInt8(Read read) {
		Rounding.toInt8(this.floats, 0, 1, this.scale, this.bytes, 0, this.elements);
		read.bytes += Float.BYTES * (long) this.elements;
		return this.bytes;
	}

	/** Rounding to int8 with clamping. */
	@Benchmark
	public byte[] toInt8Clamped(Read read) {
		Rounding.toInt8(this.floats, 0, 1, this.scale, PRECISION.lo(), PRECISION.hi(), this.bytes, 0, this.elements);
		read.bytes += Float.BYTES * (long) this.elements;
		return this.bytes;
	}

	/** Rounding to int16, where all of it fits. */
	@Benchmark
	public byte[] toInt16(Read read) {
		Rounding.toInt16(this.floats, 0, 1, this.scale, this.bytes, 0, this.elements);
		read.bytes += Float.BYTES * (long) this.elements;
		return this.bytes;
	}

	/** Rounding to int32. */
	@Benchmark
	public byte[] toInt32(Read read) {
		Rounding.toInt32(this.floats, 0, 1, this.scale, PRECISION.lo(), PRECISION.hi(), this.bytes, 0, this.elements);
		read.bytes += Float.BYTES * (long) this.elements;
		return this.bytes;
	}

	/** All that report and findings take from a tensor. */
	@Benchmark
	public TensorReport report(Read read) {
		read.bytes += Float.BYTES * (long) this.elements;
		return TensorStatistics.of(this.tensor, 1, this.scale, PRECISION, true, 1,
				TensorStatistics.Wanted.of(true, false)).report();
	}

}
