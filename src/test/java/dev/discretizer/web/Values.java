package dev.discretizer.web;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.StringJoiner;

import org.jspecify.annotations.Nullable;

/**
 * A tensor as tests hold it: the type's name, the shape, and the elements as binary64,
 * which is exact for float32 and up to int32, in C order. Two are equal when all of that
 * is, bit by bit, so that a negative zero differs from zero.
 */
final class Values {

	private final String dtype;

	private final int[] shape;

	private final double[] data;

	private Values(String dtype, int[] shape, double[] data) {
		this.dtype = dtype;
		this.shape = shape;
		this.data = data;
	}

	static Values of(String dtype, int[] shape, double... data) {
		return new Values(dtype, shape, data);
	}

	static Values float32(int[] shape, double... data) {
		return new Values("float32", shape, data);
	}

	/** A vector of float32. */
	static Values vector(double... data) {
		return new Values("float32", new int[] { data.length }, data);
	}

	/** A float32 of rank 0. */
	static Values scalar(double value) {
		return new Values("float32", new int[0], new double[] { value });
	}

	/** Whole multiples of 1/64 from -1 to 1, in no simple order. */
	static Values pattern(int... shape) {
		double[] data = new double[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
		for (int i = 0; i < data.length; i++) {
			data[i] = (i * 37L % 129 - 64) / 64.0;
		}
		return float32(shape, data);
	}

	/** A golden tensor, {@code {"shape", "data"}}, each decimal rounded to binary32. */
	static Values golden(Json tensor) {
		return float32(ints(tensor.get("shape")), binary32(tensor.get("data")));
	}

	/** A tensor of an answer that has the form {@code {"dtype", "shape", "data"}}. */
	static Values flat(Json tensor) {
		return of(tensor.get("dtype").text(), ints(tensor.get("shape")), binary32(tensor.get("data")));
	}

	/** A tensor of an answer that has the form {@code {"dtype", "shape", "base64"}}. */
	static Values base64(Json tensor) {
		byte[] bytes = Base64.getDecoder().decode(tensor.get("base64").text());
		return fromBytes(tensor.get("dtype").text(), ints(tensor.get("shape")),
				ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
	}

	/** A tensor of nested arrays, whose type only the caller knows. */
	static Values nested(Json tensor, String dtype) {
		List<Integer> shape = new ArrayList<>();
		for (Json at = tensor; at.isArray(); at = at.elements().getFirst()) {
			shape.add(at.elements().size());
		}
		List<Double> data = new ArrayList<>();
		collect(tensor, data);
		return of(dtype, shape.stream().mapToInt(Integer::intValue).toArray(),
				data.stream().mapToDouble(Double::doubleValue).toArray());
	}

	private static void collect(Json tensor, List<Double> dest) {
		if (tensor.isArray()) {
			tensor.elements().forEach((element) -> collect(element, dest));
		}
		else {
			dest.add((double) tensor.binary32());
		}
	}

	/** The rest of a buffer, which must be exactly as long. */
	static Values fromBytes(String dtype, int[] shape, ByteBuffer bytes) {
		double[] data = new double[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
		for (int i = 0; i < data.length; i++) {
			data[i] = switch (dtype) {
				case "int8" -> bytes.get();
				case "uint8" -> bytes.get() & 0xff;
				case "int16" -> bytes.getShort();
				case "int32" -> bytes.getInt();
				case "float32" -> bytes.getFloat();
				default -> throw new AssertionError("no answer has " + dtype);
			};
		}
		if (bytes.hasRemaining()) {
			throw new AssertionError(bytes.remaining() + " bytes too many");
		}
		return of(dtype, shape, data);
	}

	static int[] ints(Json array) {
		return array.elements().stream().mapToInt((element) -> Math.toIntExact(element.integer())).toArray();
	}

	private static double[] binary32(Json array) {
		return array.elements().stream().mapToDouble(Json::binary32).toArray();
	}

	String dtype() {
		return this.dtype;
	}

	int[] shape() {
		return this.shape;
	}

	double[] data() {
		return this.data;
	}

	int size() {
		return switch (this.dtype) {
			case "bool", "int8", "uint8" -> 1;
			case "int16", "uint16", "float16", "bfloat16" -> 2;
			case "int32", "uint32", "float32" -> 4;
			default -> 8;
		};
	}

	/** The same elements as another type. */
	Values as(String type) {
		return new Values(type, this.shape, this.data);
	}

	/** The same elements in another shape. */
	Values reshaped(int... dims) {
		return new Values(this.dtype, dims, this.data);
	}

	/** The elements' bytes in C order. */
	byte[] bytes() {
		return bytes(ByteOrder.LITTLE_ENDIAN);
	}

	byte[] bytes(ByteOrder order) {
		ByteBuffer bytes = ByteBuffer.allocate(this.data.length * size()).order(order);
		for (double element : this.data) {
			switch (this.dtype) {
				case "bool", "int8", "uint8" -> bytes.put((byte) (int) element);
				case "int16", "uint16" -> bytes.putShort((short) (int) element);
				case "int32", "uint32" -> bytes.putInt((int) (long) element);
				case "int64", "uint64" -> bytes.putLong((long) element);
				case "float16" -> bytes.putShort(Float.floatToFloat16((float) element));
				case "bfloat16" -> bytes.putShort((short) (Float.floatToRawIntBits((float) element) >>> 16));
				case "float32" -> bytes.putFloat((float) element);
				case "float64" -> bytes.putDouble(element);
				default -> throw new AssertionError(this.dtype);
			}
		}
		return bytes.array();
	}

	/** The same elements with the first index varying fastest. */
	Values fortran() {
		double[] turned = new double[this.data.length];
		for (int i = 0; i < turned.length; i++) {
			int rest = i;
			int from = 0;
			int stride = 1;
			int[] index = new int[this.shape.length];
			for (int dim = 0; dim < this.shape.length; dim++) {
				index[dim] = rest % this.shape[dim];
				rest /= this.shape[dim];
			}
			for (int dim = this.shape.length - 1; dim >= 0; dim--) {
				from += index[dim] * stride;
				stride *= this.shape[dim];
			}
			turned[i] = this.data[from];
		}
		return new Values(this.dtype, this.shape, turned);
	}

	/** As {@code {"shape", "data"}}. */
	String flatJson() {
		return "{\"shape\":%s,\"data\":%s}".formatted(dims(), list(0, this.data.length));
	}

	/** As {@code {"dtype", "shape", "base64"}}. */
	String base64Json() {
		return "{\"dtype\":\"%s\",\"shape\":%s,\"base64\":\"%s\"}".formatted(this.dtype, dims(),
				Base64.getEncoder().encodeToString(bytes()));
	}

	/** As nested arrays. */
	String nestedJson() {
		return nestedJson(0, 0, this.data.length);
	}

	private String nestedJson(int dim, int from, int to) {
		if (dim == this.shape.length) {
			return text(this.data[from]);
		}
		if (dim == this.shape.length - 1) {
			return list(from, to);
		}
		StringJoiner joined = new StringJoiner(",", "[", "]");
		int step = (to - from) / this.shape[dim];
		for (int i = 0; i < this.shape[dim]; i++) {
			joined.add(nestedJson(dim + 1, from + i * step, from + (i + 1) * step));
		}
		return joined.toString();
	}

	private String list(int from, int to) {
		StringJoiner joined = new StringJoiner(",", "[", "]");
		for (int i = from; i < to; i++) {
			joined.add(text(this.data[i]));
		}
		return joined.toString();
	}

	/** The shortest decimal that gives the element back. */
	private String text(double element) {
		return this.dtype.equals("float32") ? Float.toString((float) element) : Double.toString(element);
	}

	private String dims() {
		return Arrays.toString(this.shape).replace(" ", "");
	}

	/** The shape as the query has it. */
	String query() {
		String dims = dims();
		return dims.substring(1, dims.length() - 1);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof Values values && this.dtype.equals(values.dtype)
				&& Arrays.equals(this.shape, values.shape) && Arrays.equals(this.data, values.data);
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(this.data);
	}

	@Override
	public String toString() {
		return "%s%s %s".formatted(this.dtype, dims(), Arrays.toString(this.data));
	}

}
