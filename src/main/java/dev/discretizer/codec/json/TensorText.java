package dev.discretizer.codec.json;

import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;

import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.Shape;

/**
 * Writes one tensor, reading its elements slice by slice in C order. Serves one tensor.
 */
final class TensorText {

	/** Elements read at once: 4 KiB of them stay in the first-level cache. */
	private static final int SLICE = 1024;

	/** Elements of base64 at once: whole groups of 3 bytes, whatever their size. */
	private static final int BASE64_SLICE = 3 * 1024;

	private final DiscreteTensor tensor;

	private final JsonText json;

	private final boolean whole;

	private final int[] ints;

	private final float[] floats;

	/** Index of the next element to write. */
	private int next;

	/** Index of the first element in the slice, and of the first one after it. */
	private int start;

	private int end;

	TensorText(DiscreteTensor tensor, JsonText json) {
		this.tensor = tensor;
		this.json = json;
		this.whole = tensor.dtype().isInteger();
		int slice = Math.min(SLICE, tensor.shape().elements());
		this.ints = new int[this.whole ? slice : 0];
		this.floats = new float[this.whole ? 0 : slice];
	}

	void write(TensorStyle style) throws IOException {
		if (style == TensorStyle.NESTED) {
			nested(0);
			return;
		}
		this.json.raw("{\"dtype\":\"" + this.tensor.dtype().label() + "\",\"shape\":");
		this.json.raw(Arrays.toString(this.tensor.shape().toArray()).replace(" ", ""));
		if (style == TensorStyle.FLAT) {
			this.json.raw(",\"data\":[");
			numbers(this.tensor.shape().elements());
			this.json.raw(']');
		}
		else if (style == TensorStyle.BASE64) {
			this.json.raw(",\"base64\":\"");
			base64();
			this.json.raw('"');
		}
		this.json.raw('}');
	}

	/** Writes the next array of that level, from 0. */
	private void nested(int level) throws IOException {
		Shape shape = this.tensor.shape();
		if (level == shape.rank()) {
			numbers(1);
			return;
		}
		int length = shape.dim(level);
		this.json.raw('[');
		if (level == shape.rank() - 1) {
			numbers(length);
		}
		else {
			for (int i = 0; i < length; i++) {
				if (i > 0) {
					this.json.raw(',');
				}
				nested(level + 1);
			}
		}
		this.json.raw(']');
	}

	/** Writes the next numbers with commas in between. */
	private void numbers(int count) throws IOException {
		int first = this.next;
		int last = first + count;
		while (this.next < last) {
			if (this.next > first) {
				this.json.raw(',');
			}
			if (this.next == this.end) {
				readSlice();
			}
			int to = Math.min(last, this.end);
			if (this.whole) {
				this.json.numbers(this.ints, this.next - this.start, to - this.start);
			}
			else {
				this.json.numbers(this.floats, this.next - this.start, to - this.start);
			}
			this.next = to;
		}
	}

	private void readSlice() {
		this.start = this.end;
		int count = Math.min(SLICE, this.tensor.shape().elements() - this.start);
		if (this.whole) {
			this.tensor.ints(this.start, this.ints, 0, count);
		}
		else {
			this.tensor.floats(this.start, this.floats, 0, count);
		}
		this.end = this.start + count;
	}

	private void base64() throws IOException {
		int size = this.tensor.dtype().bytes();
		int elements = this.tensor.shape().elements();
		byte[] bytes = new byte[Math.min(elements, BASE64_SLICE) * size];
		byte[] text = new byte[(bytes.length + 2) / 3 * 4];
		int count;
		for (int from = 0; from < elements; from += count) {
			count = Math.min(BASE64_SLICE, elements - from);
			this.tensor.bytes(from, bytes, 0, count);
			if (count * size < bytes.length) {
				this.json.bytes(Base64.getEncoder().encode(Arrays.copyOf(bytes, count * size)));
			}
			else {
				Base64.getEncoder().encode(bytes, text);
				this.json.bytes(text);
			}
		}
	}

}
