package dev.discretizer.behaviour.simulator;

import java.util.Arrays;

import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.Shape;

/**
 * Finds the weights that an event adds and the states it adds them to, in a layout that
 * keeps both contiguous.
 *
 * <pre>
 * state[(oy * OW + ox) * O + o]
 * weight[((c * KH + ky) * KW + slot(kx)) * O + o]
 * oy = (y + py - ky) / sy,  ox = (x + px - kx) / sx    where whole and inside
 * </pre>
 *
 * For one row {@code oy}, the columns {@code kx} that an event at {@code x} reaches have
 * the same remainder by {@code sx}, and {@code ox} grows by one as {@code kx} falls by
 * {@code sx}. So slots are ordered by that remainder and then by falling {@code kx}, and
 * an event adds one run of weights to one run of states for each {@code ky}; weights that
 * the stride skips are never visited. Runs are held for each position {@code y * W + x},
 * {@value #FIELDS} ints each, in the order of {@code ky}. Immutable.
 */
final class Synapses {

	/** Number of ints of a run. */
	static final int FIELDS = 5;

	/** Offset of the field: index of the run's first state. */
	static final int STATE = 0;

	/** Offset of the field: index of the run's first weight, for channel 0. */
	static final int WEIGHT = 1;

	/** Offset of the field: states of the run, a multiple of the output channels. */
	static final int LENGTH = 2;

	/** Offset of the field: kernel row. */
	static final int KY = 3;

	/** Offset of the field: kernel column of the run's first position. */
	static final int KX = 4;

	private final Convolution convolution;

	private final int[] slots;

	private final int[] first;

	private final int[] runs;

	/**
	 * Finds the runs.
	 * @param allowance asked before memory is taken for them
	 */
	Synapses(Convolution convolution, Allowance allowance) {
		this.convolution = convolution;
		this.slots = slots(convolution.kernel().width(), convolution.stride().width());
		int height = convolution.input().dim(1);
		int width = convolution.input().dim(2);
		int[][] rows = new int[height][];
		int[][] columns = new int[width][];
		long count = 0;
		int reached = 0;
		for (int x = 0; x < width; x++) {
			columns[x] = columns(x);
			reached += (columns[x].length > 0) ? 1 : 0;
		}
		for (int y = 0; y < height; y++) {
			rows[y] = rows(y);
			count += (long) rows[y].length / 2 * reached;
		}
		int ints = Math.toIntExact(Math.multiplyExact(count, FIELDS));
		allowance.reserve((ints + height * (long) width + 1) * Integer.BYTES);
		this.first = new int[height * width + 1];
		this.runs = new int[ints];
		fill(rows, columns);
	}

	/**
	 * The place of each kernel column among those of its row.
	 */
	private static int[] slots(int width, int stride) {
		int[] slots = new int[width];
		int slot = 0;
		for (int remainder = 0; remainder < Math.min(stride, width); remainder++) {
			for (int kx = lastColumn(width, stride, remainder); kx >= 0; kx -= stride) {
				slots[kx] = slot++;
			}
		}
		return slots;
	}

	private static int lastColumn(int width, int stride, int remainder) {
		return remainder + (width - 1 - remainder) / stride * stride;
	}

	/** Pairs of kernel row and output row that an event in row {@code y} reaches. */
	private int[] rows(int y) {
		int kernel = this.convolution.kernel().height();
		int stride = this.convolution.stride().height();
		int padded = y + this.convolution.padding().height();
		int[] pairs = new int[2 * kernel];
		int size = 0;
		for (int ky = 0; ky < kernel; ky++) {
			int distance = padded - ky;
			if (distance >= 0 && distance % stride == 0 && distance / stride < this.convolution.output().dim(1)) {
				pairs[size++] = ky;
				pairs[size++] = distance / stride;
			}
		}
		return Arrays.copyOf(pairs, size);
	}

	/**
	 * The first kernel column and first output column that an event in column {@code x}
	 * reaches, and the number of columns; empty for none.
	 */
	private int[] columns(int x) {
		int kernel = this.convolution.kernel().width();
		int stride = this.convolution.stride().width();
		int padded = x + this.convolution.padding().width();
		int remainder = padded % stride;
		if (remainder >= kernel) {
			return new int[0];
		}
		int last = lastColumn(kernel, stride, remainder);
		int ox = Math.floorDiv(padded - last, stride);
		int skipped = Math.max(0, -ox);
		int count = Math.min(last / stride + 1, this.convolution.output().dim(2) - ox) - skipped;
		return (count <= 0) ? new int[0] : new int[] { last - skipped * stride, ox + skipped, count };
	}

	private void fill(int[][] rows, int[][] columns) {
		int channels = this.convolution.output().dim(0);
		int width = this.convolution.output().dim(2);
		int at = 0;
		int position = 0;
		for (int[] row : rows) {
			for (int[] column : columns) {
				this.first[position++] = at;
				for (int i = 0; i < row.length && column.length > 0; i += 2) {
					this.runs[at + STATE] = (row[i + 1] * width + column[1]) * channels;
					this.runs[at + WEIGHT] = (row[i] * this.slots.length + this.slots[column[0]]) * channels;
					this.runs[at + LENGTH] = column[2] * channels;
					this.runs[at + KY] = row[i];
					this.runs[at + KX] = column[0];
					at += FIELDS;
				}
			}
		}
		this.first[position] = at;
	}

	/**
	 * Index of the first run of each position, and of the end of the last; shared.
	 */
	int[] first() {
		return this.first;
	}

	/** The runs; shared. */
	int[] runs() {
		return this.runs;
	}

	/** Weights of one input channel: the distance between two channels. */
	int channelStride() {
		return this.convolution.weights() / this.convolution.input().dim(0);
	}

	/**
	 * Puts weights into this layout.
	 * @param weight {@code [O, C, KH, KW]} in C order; not kept
	 */
	int[] ordered(int[] weight) {
		int[] dest = new int[weight.length];
		order((from, to) -> dest[to] = weight[from]);
		return dest;
	}

	/** Puts float weights into this layout. */
	float[] ordered(float[] weight) {
		float[] dest = new float[this.convolution.weights()];
		order((from, to) -> dest[to] = weight[from]);
		return dest;
	}

	private interface Move {

		void move(int from, int to);

	}

	private void order(Move move) {
		Shape output = this.convolution.output();
		int outputs = output.dim(0);
		int inputs = this.convolution.input().dim(0);
		int kernelHeight = this.convolution.kernel().height();
		int kernelWidth = this.slots.length;
		int from = 0;
		for (int o = 0; o < outputs; o++) {
			for (int row = 0; row < inputs * kernelHeight; row++) {
				for (int kx = 0; kx < kernelWidth; kx++) {
					move.move(from++, (row * kernelWidth + this.slots[kx]) * outputs + o);
				}
			}
		}
	}

}
