package dev.discretizer.behaviour.simulator;

import java.util.Arrays;

import dev.discretizer.tensor.Allowance;

/**
 * One layer simulated as the chip runs it, one event after the other. For the event
 * {@code (t, c, y, x)}, for each output channel {@code o}, then kernel row {@code ky},
 * then {@code kx}, where {@code oy = (y + py - ky) / sy} and
 * {@code ox = (x + px - kx) / sx} are whole and inside:
 *
 * <pre>
 * u = min(v[o][oy][ox] + q[o][c][ky][kx], 32767)
 * if (u &gt;= threshold) { u -= threshold; emit (t, o, oy, ox) }
 * v[o][oy][ox] = max(u, min_v_mem)
 * </pre>
 *
 * An event changes each state at most once, so states are visited in the order of
 * {@link Synapses}, and the few emitted events are sorted into the order above.
 *
 * <p>
 * One recording at a time. Exact int32, deterministic, not thread-safe.
 */
public final class EventLayer {

	/** The largest state that the chip holds. */
	static final int LARGEST_STATE = Short.MAX_VALUE;

	private final SimulatedLayer layer;

	private final int[] weight;

	private final int[] first;

	private final int[] runs;

	private final int channelStride;

	private final int inputs;

	private final int outputs;

	private final int kernelHeight;

	private final int kernelWidth;

	private final int strideWidth;

	private final int[][] positions;

	private final EventBuffer[] sources;

	private final int[] next;

	private final int threshold;

	private int minVMem;

	/** Whether a state may exceed {@link #LARGEST_STATE}. */
	private final boolean saturates;

	private final int[] state;

	private final int[] spikes;

	/** Indices, within the run, of the neurons that fired. */
	private final int[] fired;

	/** Order in the upper half, place in the lower. */
	private final long[] emitted;

	private int emittedSize;

	private long saturated;

	private long synops;

	/** All other work, in additions that take as long. */
	private long work;

	private long told;

	private long workTold;

	/**
	 * Makes a layer at rest.
	 * @param allowance asked before memory is taken for the states
	 */
	public EventLayer(SimulatedNetwork network, SimulatedLayer layer, Allowance allowance) {
		Convolution convolution = layer.convolution();
		Synapses synapses = layer.synapses();
		this.layer = layer;
		this.weight = layer.integerWeight();
		this.first = synapses.first();
		this.runs = synapses.runs();
		this.channelStride = synapses.channelStride();
		this.inputs = convolution.input().dim(0);
		this.outputs = convolution.output().dim(0);
		this.kernelHeight = convolution.kernel().height();
		this.kernelWidth = convolution.kernel().width();
		this.strideWidth = convolution.stride().width();
		int reached = reached(synapses);
		allowance.reserve(convolution.neurons() * 2L * Integer.BYTES + reached * (long) (Integer.BYTES + Long.BYTES));
		this.state = new int[convolution.neurons()];
		this.spikes = new int[convolution.neurons()];
		this.fired = new int[reached];
		this.emitted = new long[reached];
		this.positions = new int[layer.sources().size()][];
		for (int i = 0; i < this.positions.length; i++) {
			EventSource source = layer.sources().get(i);
			allowance.reserve(network.shape(source).elements() / network.shape(source).dim(0) * (long) Integer.BYTES);
			this.positions[i] = Pooling.positions(network.shape(source), source.pool());
		}
		this.sources = new EventBuffer[this.positions.length];
		this.next = new int[this.positions.length];
		this.threshold = layer.integers().threshold();
		this.minVMem = layer.integers().minVMem();
		// After each event, every state is below the threshold if no weight is above it.
		this.saturates = layer.largestWeight() > this.threshold
				|| (long) this.threshold - 1 + layer.largestWeight() > LARGEST_STATE;
	}

	/** Maximum number of states that one event reaches. */
	private static int reached(Synapses synapses) {
		int[] first = synapses.first();
		int[] runs = synapses.runs();
		int most = 0;
		for (int position = 0; position + 1 < first.length; position++) {
			int states = 0;
			for (int run = first[position]; run < first[position + 1]; run += Synapses.FIELDS) {
				states += runs[run + Synapses.LENGTH];
			}
			most = Math.max(most, states);
		}
		return most;
	}

	/**
	 * Simulates a recording from rest.
	 * @param minVMem the bound to simulate with
	 * @param inputs the events of each source, in the order of the layer's sources
	 * @param dest cleared, then filled with the events that the layer emits
	 * @param monitor receives the amount of work
	 */
	public void run(int minVMem, EventBuffer[] inputs, EventBuffer dest, Monitor monitor) {
		this.minVMem = minVMem;
		System.arraycopy(inputs, 0, this.sources, 0, this.sources.length);
		Arrays.fill(this.next, 0);
		Arrays.fill(this.state, 0);
		Arrays.fill(this.spikes, 0);
		this.saturated = 0;
		this.synops = 0;
		this.work = this.state.length * Cost.REST;
		this.told = 0;
		this.workTold = 0;
		tell(monitor);
		dest.clear();
		for (int source = earliest(); source >= 0; source = earliest()) {
			int event = this.next[source]++;
			take(source, inputs[source].tick(event), inputs[source].place(event), dest);
			if (this.synops - this.told + this.work - this.workTold >= Cost.CHUNK) {
				tell(monitor);
			}
		}
		tell(monitor);
	}

	private void tell(Monitor monitor) {
		monitor.work(this.synops - this.told, this.work - this.workTold);
		this.told = this.synops;
		this.workTold = this.work;
	}

	/** The source whose next event is the earliest, the first of equals; -1 for none. */
	private int earliest() {
		int found = -1;
		for (int source = 0; source < this.next.length; source++) {
			if (this.next[source] < this.sources[source].size() && (found < 0
					|| this.sources[source].tick(this.next[source]) < this.sources[found].tick(this.next[found]))) {
				found = source;
			}
		}
		return found;
	}

	private void take(int source, int tick, int place, EventBuffer dest) {
		this.work += this.next.length * Cost.VISIT;
		int from = place / this.inputs;
		int position = this.positions[source][from];
		if (position < 0) {
			return;
		}
		int channel = (place - from * this.inputs) * this.channelStride;
		this.emittedSize = 0;
		this.work += (this.first[position + 1] - this.first[position]) / Synapses.FIELDS * Cost.RUN;
		for (int run = this.first[position]; run < this.first[position + 1]; run += Synapses.FIELDS) {
			int state = this.runs[run + Synapses.STATE];
			int weight = channel + this.runs[run + Synapses.WEIGHT];
			int length = this.runs[run + Synapses.LENGTH];
			this.synops += length;
			int count = this.saturates ? addSaturating(state, weight, length) : add(state, weight, length);
			if (count > 0) {
				collect(run, state, count);
			}
		}
		if (this.emittedSize > 0) {
			this.work += this.emittedSize * Cost.SPIKE;
			emit(tick, dest);
		}
	}

	/**
	 * Adds a run of weights to a run of states.
	 * @return number of neurons that fired; their indices are in {@link #fired}
	 */
	private int add(int state, int weight, int length) {
		int[] v = this.state;
		int[] q = this.weight;
		int[] fired = this.fired;
		int threshold = this.threshold;
		int min = this.minVMem;
		int count = 0;
		for (int i = 0; i < length; i++) {
			int u = v[state + i] + q[weight + i];
			if (u >= threshold) {
				u -= threshold;
				fired[count++] = i;
			}
			v[state + i] = Math.max(u, min);
		}
		return count;
	}

	/** Adds a run like {@link #add}, saturating the states and counting saturations. */
	private int addSaturating(int state, int weight, int length) {
		int[] v = this.state;
		int[] q = this.weight;
		int count = 0;
		for (int i = 0; i < length; i++) {
			int u = v[state + i] + q[weight + i];
			if (u > LARGEST_STATE) {
				u = LARGEST_STATE;
				this.saturated++;
			}
			if (u >= this.threshold) {
				u -= this.threshold;
				this.fired[count++] = i;
			}
			v[state + i] = Math.max(u, this.minVMem);
		}
		return count;
	}

	private void collect(int run, int state, int count) {
		int ky = this.runs[run + Synapses.KY];
		int kx = this.runs[run + Synapses.KX];
		for (int i = 0; i < count; i++) {
			int column = this.fired[i] / this.outputs;
			int o = this.fired[i] - column * this.outputs;
			long order = ((long) o * this.kernelHeight + ky) * this.kernelWidth + kx - column * (long) this.strideWidth;
			this.emitted[this.emittedSize++] = order << Integer.SIZE | (state + this.fired[i]);
		}
	}

	private void emit(int tick, EventBuffer dest) {
		long[] emitted = this.emitted;
		Arrays.sort(emitted, 0, this.emittedSize);
		for (int i = 0; i < this.emittedSize; i++) {
			int place = (int) emitted[i];
			this.spikes[place]++;
			dest.add(tick, place);
		}
	}

	/**
	 * Spikes of each neuron, in the order of {@link Synapses}; overwritten by the next
	 * run.
	 */
	public int[] spikes() {
		return this.spikes;
	}

	/**
	 * States at the end, in the order of {@link Synapses}; overwritten by the next run.
	 */
	public int[] state() {
		return this.state;
	}

	/** Number of additions that exceeded {@link #LARGEST_STATE}. */
	public long saturated() {
		return this.saturated;
	}

	/** Additions of a weight to a state. */
	public long synops() {
		return this.synops;
	}

	public SimulatedLayer layer() {
		return this.layer;
	}

}
