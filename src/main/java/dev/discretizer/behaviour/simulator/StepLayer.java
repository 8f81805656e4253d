package dev.discretizer.behaviour.simulator;

import java.util.Arrays;

import dev.discretizer.tensor.Allowance;
import org.jspecify.annotations.Nullable;

/**
 * One layer simulated as sinabs does, all events of a time step at once:
 *
 * <pre>
 * v += sum over sources and events of the step of count * w  (+ b)
 * n  = v &gt; 0 ? trunc(v / threshold) : 0
 * v -= n * threshold;  v = max(v, min_v_mem)
 * </pre>
 *
 * A neuron may fire several times in a step. All arithmetic is in binary64. With integers
 * it is exact: states and sums stay far below 2^53, as the synops of a request are
 * limited, and the truncated quotient of two such integers is never rounded up. With
 * floats, events are added in the order of the sources and of their first event in the
 * step, the bias last.
 *
 * <p>
 * One recording at a time. Deterministic, not thread-safe.
 *
 * <p>
 * Source: sinabs 3.1.3, {@code sinabs/layers/iaf.py} with {@code MultiSpike} and
 * {@code MembraneSubtract}.
 */
public final class StepLayer {

	/** A state of the chip has 16 bits. */
	private static final double LARGEST_STATE = Short.MAX_VALUE;

	private static final double SMALLEST_STATE = Short.MIN_VALUE;

	private final int[] first;

	private final int[] runs;

	private final int channelStride;

	private final int inputs;

	private final int outputs;

	/** Float weights as trained, or null if the layer has integer weights. */
	private final float @Nullable [] floatWeight;

	private final int[] integerWeight;

	private final double @Nullable [] bias;

	private final double threshold;

	private final double minVMem;

	private final int[][] positions;

	private final StepCounts[] sources;

	private final StepCounts arrived;

	private final StepCounts fired;

	private final double[] sum;

	private final double[] state;

	private final int[] spikes;

	private long total;

	private long beyond;

	private double synops;

	private long work;

	/** Whether a step without events changes no state and counts nothing. */
	private boolean resting;

	/**
	 * Makes a layer at rest.
	 * @param integers whether it has integers, or floats as trained
	 * @param sources spikes of each of the layer's sources
	 * @param allowance asked before memory is taken for the states
	 */
	public StepLayer(SimulatedNetwork network, SimulatedLayer layer, boolean integers, StepCounts[] sources,
			Allowance allowance) {
		Convolution convolution = layer.convolution();
		this.first = layer.synapses().first();
		this.runs = layer.synapses().runs();
		this.channelStride = layer.synapses().channelStride();
		this.inputs = convolution.input().dim(0);
		this.outputs = convolution.output().dim(0);
		this.floatWeight = integers ? null : layer.floatWeight();
		this.integerWeight = layer.integerWeight();
		this.bias = integers ? doubles(layer.integerBias()) : doubles(layer.floatBias());
		this.threshold = integers ? layer.integers().threshold() : layer.floats().threshold();
		this.minVMem = integers ? layer.integers().minVMem() : layer.floats().minVMem();
		int neurons = convolution.neurons();
		allowance.reserve(neurons * (long) (2 * Double.BYTES + Integer.BYTES) + StepCounts.bytes(neurons)
				+ StepCounts.bytes(convolution.input().elements()));
		this.arrived = new StepCounts(convolution.input().elements());
		this.fired = new StepCounts(neurons);
		this.sum = new double[neurons];
		this.state = new double[neurons];
		this.spikes = new int[neurons];
		this.sources = sources;
		this.positions = new int[sources.length][];
		for (int i = 0; i < sources.length; i++) {
			EventSource source = layer.sources().get(i);
			allowance.reserve(network.shape(source).elements() / network.shape(source).dim(0) * (long) Integer.BYTES);
			this.positions[i] = Pooling.positions(network.shape(source), source.pool());
		}
	}

	private static double @Nullable [] doubles(int @Nullable [] values) {
		return (values == null) ? null : Arrays.stream(values).asDoubleStream().toArray();
	}

	private static double @Nullable [] doubles(float @Nullable [] values) {
		if (values == null) {
			return null;
		}
		double[] doubles = new double[values.length];
		for (int i = 0; i < values.length; i++) {
			doubles[i] = values[i];
		}
		return doubles;
	}

	/** Goes back to rest. */
	public void reset() {
		Arrays.fill(this.state, 0);
		Arrays.fill(this.spikes, 0);
		this.fired.clear();
		this.total = 0;
		this.beyond = 0;
		this.synops = 0;
		this.work = this.state.length * Cost.REST;
		this.resting = false;
	}

	/**
	 * Simulates one time step, whose sources have been simulated. Where no event arrives
	 * and the layer rests, nothing is computed.
	 */
	public void step() {
		this.work += Cost.VISIT;
		this.fired.clear();
		this.arrived.clear();
		for (int i = 0; i < this.sources.length; i++) {
			pool(this.sources[i], this.positions[i]);
		}
		if (this.arrived.size() == 0 && this.resting) {
			return;
		}
		Arrays.fill(this.sum, 0);
		for (int i = 0; i < this.arrived.size(); i++) {
			int place = this.arrived.place(i);
			add(place, this.arrived.count(place));
		}
		if (this.bias != null) {
			addBias(this.bias);
		}
		update();
		this.work += this.state.length * Cost.UPDATE + this.fired.size() * Cost.VISIT;
	}

	private void pool(StepCounts source, int[] positions) {
		this.work += source.size() * Cost.VISIT;
		for (int i = 0; i < source.size(); i++) {
			int place = source.place(i);
			int from = place / this.inputs;
			int position = positions[from];
			if (position >= 0) {
				this.arrived.add(position * this.inputs + place - from * this.inputs, source.count(place));
			}
		}
	}

	private void add(int place, double count) {
		int position = place / this.inputs;
		this.work += Cost.VISIT + (this.first[position + 1] - this.first[position]) / Synapses.FIELDS * Cost.RUN;
		int channel = (place - position * this.inputs) * this.channelStride;
		for (int run = this.first[position]; run < this.first[position + 1]; run += Synapses.FIELDS) {
			int state = this.runs[run + Synapses.STATE];
			int weight = channel + this.runs[run + Synapses.WEIGHT];
			int length = this.runs[run + Synapses.LENGTH];
			this.synops += count * length;
			if (this.floatWeight != null) {
				add(count, this.floatWeight, weight, state, length);
			}
			else {
				add(count, this.integerWeight, weight, state, length);
			}
		}
	}

	private void add(double count, float[] weight, int from, int state, int length) {
		double[] sum = this.sum;
		for (int i = 0; i < length; i++) {
			sum[state + i] += count * weight[from + i];
		}
	}

	private void add(double count, int[] weight, int from, int state, int length) {
		double[] sum = this.sum;
		for (int i = 0; i < length; i++) {
			sum[state + i] += count * weight[from + i];
		}
	}

	private void addBias(double[] bias) {
		for (int from = 0; from < this.sum.length; from += this.outputs) {
			for (int o = 0; o < this.outputs; o++) {
				this.sum[from + o] += bias[o];
			}
		}
	}

	/**
	 * Brings all neurons to the end of the step. Without a bias, a layer rests once every
	 * state is below its threshold; with one, once a step without events has neither
	 * changed a state nor counted anything, as the next such step then does the same.
	 */
	private void update() {
		long beyond = this.beyond;
		boolean changed = false;
		boolean below = true;
		for (int i = 0; i < this.state.length; i++) {
			double v = this.state[i] + this.sum[i];
			this.beyond += (v > LARGEST_STATE || v < SMALLEST_STATE) ? 1 : 0;
			if (v >= this.threshold) {
				double n = Math.floor(v / this.threshold);
				v -= n * this.threshold;
				fire(i, n);
			}
			double end = Math.max(v, this.minVMem);
			changed |= end != this.state[i];
			below &= end < this.threshold;
			this.state[i] = end;
		}
		this.resting = (this.bias == null) ? below
				: this.arrived.size() == 0 && !changed && this.fired.size() == 0 && this.beyond == beyond;
	}

	private void fire(int place, double n) {
		this.fired.add(place, n);
		this.total += (long) n;
		// Narrowing a double saturates.
		this.spikes[place] = (int) (this.spikes[place] + n);
	}

	/** Whether nothing changes until an event arrives, and no neuron fired last. */
	boolean isQuiet() {
		return this.resting && this.fired.size() == 0;
	}

	/** The spikes of the last step. */
	public StepCounts fired() {
		return this.fired;
	}

	/**
	 * Spikes of each neuron, in the order of {@link Synapses}, at most 2^31 - 1;
	 * overwritten by the next recording.
	 */
	public int[] spikes() {
		return this.spikes;
	}

	/** States after the last step, in the order of {@link Synapses}. */
	public double[] state() {
		return this.state;
	}

	/** Spikes of all neurons. */
	public long total() {
		return this.total;
	}

	/** Number of states beyond 16 bits, before firing. */
	public long beyond() {
		return this.beyond;
	}

	/** Additions of a weight to a state: one for each event and weight. */
	public long synops() {
		return (long) this.synops;
	}

	/** All other work, in additions that take as long; see {@link Cost}. */
	long work() {
		return this.work;
	}

}
