package dev.discretizer.behaviour.simulator;

import java.util.List;

import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.EventRecording;
import dev.discretizer.tensor.RasterRecording;
import dev.discretizer.tensor.Recording;
import dev.discretizer.tensor.Shape;

/**
 * Simulates a network by time steps: in each step, all layers in topological order, see
 * {@link StepLayer}. One recording at a time; not thread-safe.
 */
public final class StepSimulator {

	/** Amount of work between two reports to the monitor: about a millisecond. */
	private static final long CHUNK = 1 << 20;

	/** Called at the end of each time step. */
	public interface Watcher {

		/** Inspects the spikes and the states of the layers. */
		void step(int step, List<StepLayer> layers);

	}

	private final SimulatedNetwork network;

	private final StepCounts input;

	private final List<StepLayer> layers;

	private long synopsTold;

	private long updates;

	/**
	 * Makes a simulator.
	 * @param integers whether it simulates integers, or floats as trained
	 * @param allowance asked before memory is taken
	 */
	public StepSimulator(SimulatedNetwork network, boolean integers, Allowance allowance) {
		this.network = network;
		allowance.reserve(StepCounts.bytes(network.input().elements()));
		this.input = new StepCounts(network.input().elements());
		StepLayer[] made = new StepLayer[network.layers().size()];
		for (int i = 0; i < made.length; i++) {
			SimulatedLayer layer = network.layers().get(i);
			StepCounts[] sources = new StepCounts[layer.sources().size()];
			for (int s = 0; s < sources.length; s++) {
				EventSource source = layer.sources().get(s);
				sources[s] = source.isInput() ? this.input : made[source.layer()].fired();
			}
			made[i] = new StepLayer(network, layer, integers, sources, allowance);
		}
		this.layers = List.of(made);
	}

	/** The layers, with the results of the last recording. */
	public List<StepLayer> layers() {
		return this.layers;
	}

	/**
	 * Simulates a recording from rest.
	 * @param clock gives the time step of events
	 * @param monitor receives the amount of work
	 * @return number of time steps
	 */
	public long run(Recording recording, StepClock clock, Monitor monitor) {
		return run(recording, clock, monitor, (step, layers) -> {
		});
	}

	/** Simulates a recording from rest and calls a watcher at the end of each step. */
	public long run(Recording recording, StepClock clock, Monitor monitor, Watcher watcher) {
		long steps = clock.steps(recording);
		monitor.steps(recording.name(), steps);
		this.layers.forEach(StepLayer::reset);
		this.synopsTold = 0;
		this.updates = 0;
		switch (recording) {
			case EventRecording events -> run(events, steps, clock, monitor, watcher);
			case RasterRecording raster -> run(raster, monitor, watcher);
		}
		tell(monitor);
		return steps;
	}

	private void run(EventRecording events, long steps, StepClock clock, Monitor monitor, Watcher watcher) {
		Shape shape = this.network.input();
		int channels = shape.dim(0);
		int area = shape.elements() / Math.max(channels, 1);
		int event = 0;
		for (long step = 0; step < steps; step++) {
			this.input.clear();
			while (event < events.size() && clock.step(events, event) == step) {
				int place = events.places()[event++];
				this.input.add(place % area * channels + place / area, 1);
			}
			step((int) step, monitor, watcher);
		}
	}

	private void run(RasterRecording raster, Monitor monitor, Watcher watcher) {
		Shape shape = this.network.input();
		int channels = shape.dim(0);
		int area = shape.elements() / Math.max(channels, 1);
		char[] counts = raster.counts();
		int index = 0;
		for (int step = 0; step < raster.steps(); step++) {
			this.input.clear();
			for (int place = 0; place < shape.elements(); place++, index++) {
				if (counts[index] != 0) {
					this.input.add(place % area * channels + place / area, counts[index]);
				}
			}
			step(step, monitor, watcher);
		}
	}

	private void step(int step, Monitor monitor, Watcher watcher) {
		long synops = 0;
		for (StepLayer layer : this.layers) {
			this.updates += layer.step();
			synops += layer.synops();
		}
		watcher.step(step, this.layers);
		if (synops - this.synopsTold + this.updates >= CHUNK) {
			tell(monitor);
		}
	}

	private void tell(Monitor monitor) {
		long synops = this.layers.stream().mapToLong(StepLayer::synops).sum();
		monitor.work(synops - this.synopsTold, this.updates);
		this.synopsTold = synops;
		this.updates = 0;
	}

}
