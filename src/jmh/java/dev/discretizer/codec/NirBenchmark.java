package dev.discretizer.codec;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import dev.discretizer.codec.nir.NirReader;
import dev.discretizer.codec.nir.NirWriter;
import dev.discretizer.graph.Edge;
import dev.discretizer.graph.Network;
import dev.discretizer.graph.Node;
import dev.discretizer.graph.Size2d;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reading and writing the largest network that a chip holds as a NIR file: nine layers
 * that fill the memory of each core, 278 528 weights and 360 448 neurons, 4 MB. The
 * counter {@code bytes} is bytes of the file in a nanosecond, and so GB/s.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class NirBenchmark {

	/** Kernel and neuron memory of the cores of a Speck, in units of 1024 entries. */
	private static final int[][] CORES = { { 16, 64 }, { 16, 64 }, { 16, 64 }, { 32, 32 }, { 32, 32 }, { 64, 16 },
			{ 64, 16 }, { 16, 16 }, { 16, 16 } };

	private static final String TEXT = "{\"layers\":[]}";

	private Network network = new Network(Map.of(), List.of());

	private byte[] file = new byte[0];

	/** Counts the bytes that were read or written. */
	@AuxCounters
	@State(Scope.Thread)
	public static class Moved {

		/** Bytes of the file. */
		public long bytes;

	}

	/** Makes the network and its file, and checks that reading gives the last weight back. */
	@Setup
	public void fill() throws IOException {
		Random random = new Random(1);
		Map<String, Node> nodes = new LinkedHashMap<>();
		for (int i = 0; i < CORES.length; i++) {
			nodes.put("conv" + i, conv(CORES[i][0] * 1024, random));
			nodes.put("spike" + i, neurons(CORES[i][1] * 1024));
		}
		List<String> names = new ArrayList<>(nodes.keySet());
		List<Edge> edges = new ArrayList<>();
		for (int i = 1; i < names.size(); i++) {
			edges.add(new Edge(names.get(i - 1), names.get(i)));
		}
		this.network = new Network(nodes, edges);
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		NirWriter.encode(this.network, TEXT).writeTo(out);
		this.file = out.toByteArray();
		if (last(read(new Moved())) != last(this.network)) {
			throw new IllegalStateException("the last weight is another one");
		}
	}

	private static float last(Network network) {
		return (network.nodes().get("conv8") instanceof Node.Conv2d conv) ? conv.weight().array()[16_383] : Float.NaN;
	}

	private static Node conv(int weights, Random random) {
		float[] floats = new float[weights];
		for (int i = 0; i < weights; i++) {
			floats[i] = (float) Math.rint(random.nextGaussian() * 40);
		}
		Size2d one = new Size2d(1, 1);
		int channels = weights / 64;
		return new Node.Conv2d(FloatTensor.of(Shape.of(channels, 4, 4, 4), floats),
				FloatTensor.of(Shape.of(channels), new float[channels]), one, one, one, 1, new Size2d(64, 64));
	}

	private static Node neurons(int count) {
		float[] ones = new float[count];
		Arrays.fill(ones, 1);
		Shape shape = Shape.of(count / 256, 16, 16);
		return new Node.IntegrateAndFire(FloatTensor.of(shape, ones), FloatTensor.of(shape, ones), null);
	}

	/** Reads the file. */
	@Benchmark
	public Network read(Moved moved) throws IOException {
		moved.bytes += this.file.length;
		return NirReader.read(new ByteArrayInputStream(this.file), this.file.length, Allowance.UNLIMITED);
	}

	/** Writes the file, its length first, as an answer is written. */
	@Benchmark
	public long write(Moved moved) throws IOException {
		Encoded encoded = NirWriter.encode(this.network, TEXT);
		long length = encoded.length();
		encoded.writeTo(OutputStream.nullOutputStream());
		moved.bytes += length;
		return length;
	}

}
