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

	/** Called at the end of each time step. */
	public interface Watcher {

		/**
		 * Inspects the spikes and the states of the layers. Not called where the time
		 * steps between two events of a recording are left out, as nothing changes in
		 * them.
		 */
		void step(int step, List<StepLayer> layers);

	}

	private final SimulatedNetwork network;

	private final StepCounts input;

	private final List<StepLayer> layers;

	/** Whether the last step changed nothing and no step will until an event comes. */
	private boolean quiet;

	private long synopsTold;

	/** Work of the layers that was reported. */
	private long workTold;

	/** Additions and other work of the layers that were not reported yet. */
	private long untold;

	/** Work of reading a raster that was not reported yet. */
	private long read;

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
		this.quiet = false;
		this.synopsTold = 0;
		this.workTold = 0;
		this.read = 0;
		tell(monitor);
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
		long step = 0;
		while (step < steps) {
			this.input.clear();
			while (event < events.size() && clock.step(events, event) == step) {
				int place = events.places()[event++];
				this.input.add(place % area * channels + place / area, 1);
			}
			step((int) step, monitor, watcher);
			step = (!this.quiet) ? step + 1 : (event < events.size()) ? clock.step(events, event) : steps;
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
			this.read += shape.elements() + Cost.VISIT;
			step(step, monitor, watcher);
		}
	}

	private void step(int step, Monitor monitor, Watcher watcher) {
		if (!this.quiet || this.input.size() > 0) {
			this.quiet = true;
			this.untold = -this.synopsTold - this.workTold;
			for (StepLayer layer : this.layers) {
				layer.step();
				this.quiet &= layer.isQuiet();
				this.untold += layer.synops() + layer.work();
			}
		}
		watcher.step(step, this.layers);
		if (this.untold + this.read >= Cost.CHUNK) {
			tell(monitor);
		}
	}

	private void tell(Monitor monitor) {
		long synops = this.layers.stream().mapToLong(StepLayer::synops).sum();
		long work = this.layers.stream().mapToLong(StepLayer::work).sum();
		monitor.work(synops - this.synopsTold, work - this.workTold + this.read);
		this.synopsTold = synops;
		this.workTold = work;
		this.read = 0;
		this.untold = 0;
	}

}
