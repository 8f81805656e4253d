package dev.discretizer.behaviour.simulator;

import java.util.ArrayList;
import java.util.List;

import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.Recording;

/**
 * Simulates a network by events, layer by layer: a layer's input is the events of its
 * sources, merged by time. At equal times, sources come in the order of their names, and
 * the events of a source in their own order. See {@link EventLayer}. One recording at a
 * time; not thread-safe.
 */
public final class EventSimulator {

	private final SimulatedNetwork network;

	private final EventInput reader;

	private final EventBuffer input;

	private final List<EventLayer> layers = new ArrayList<>();

	private final List<EventBuffer> emitted = new ArrayList<>();

	/**
	 * Makes a simulator.
	 * @param allowance asked before memory is taken, including later growth for events
	 */
	public EventSimulator(SimulatedNetwork network, Allowance allowance) {
		this.network = network;
		this.reader = new EventInput(allowance);
		this.input = new EventBuffer(allowance);
		for (SimulatedLayer layer : network.layers()) {
			this.layers.add(new EventLayer(network, layer, allowance));
			this.emitted.add(new EventBuffer(allowance));
		}
	}

	/** The layers, with the results of the last recording. */
	public List<EventLayer> layers() {
		return this.layers;
	}

	/** The events that a layer emitted. */
	public EventBuffer emitted(int layer) {
		return this.emitted.get(layer);
	}

	/**
	 * Simulates a recording from rest.
	 * @param minVMem the bound of each layer
	 * @param monitor receives the amount of work
	 */
	public void run(Recording recording, int[] minVMem, Monitor monitor) {
		this.reader.read(recording, this.input, monitor);
		for (int i = 0; i < this.layers.size(); i++) {
			List<EventSource> sources = this.network.layers().get(i).sources();
			EventBuffer[] inputs = new EventBuffer[sources.size()];
			for (int s = 0; s < inputs.length; s++) {
				inputs[s] = sources.get(s).isInput() ? this.input : this.emitted.get(sources.get(s).layer());
			}
			this.layers.get(i).run(minVMem[i], inputs, this.emitted.get(i), monitor);
		}
	}

}
