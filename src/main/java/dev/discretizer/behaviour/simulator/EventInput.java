package dev.discretizer.behaviour.simulator;

import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.EventRecording;
import dev.discretizer.tensor.RasterRecording;
import dev.discretizer.tensor.Recording;
import dev.discretizer.tensor.Shape;

/**
 * Turns a recording into events of the network's input. The tick of an event is the rank
 * of its time among those of the recording; of a raster it is the time step, and the
 * events of a step come in the order of {@link RasterOrder}. Not thread-safe.
 */
public final class EventInput {

	private final RasterOrder order;

	public EventInput(Allowance allowance) {
		this.order = new RasterOrder(allowance);
	}

	/**
	 * Reads a recording.
	 * @param dest cleared, then filled
	 * @param monitor receives the amount of work
	 */
	public void read(Recording recording, EventBuffer dest, Monitor monitor) {
		dest.clear();
		dest.grow(recording.events());
		switch (recording) {
			case EventRecording events -> read(events, dest);
			case RasterRecording raster -> read(raster, dest, monitor);
		}
	}

	private static void read(EventRecording events, EventBuffer dest) {
		long[] times = events.times();
		int[] places = events.places();
		int channels = events.input().dim(0);
		int area = events.input().elements() / Math.max(channels, 1);
		int tick = 0;
		for (int i = 0; i < events.size(); i++) {
			tick += (i > 0 && times[i] != times[i - 1]) ? 1 : 0;
			dest.add(tick, places[i] % area * channels + places[i] / area);
		}
	}

	private void read(RasterRecording raster, EventBuffer dest, Monitor monitor) {
		Shape input = raster.input();
		int channels = input.dim(0);
		int area = input.elements() / Math.max(channels, 1);
		char[] counts = raster.counts();
		int index = 0;
		long work = 0;
		for (int step = 0; step < raster.steps(); step++) {
			this.order.clear();
			for (int place = 0; place < input.elements(); place++, index++) {
				if (counts[index] != 0) {
					this.order.add(index, counts[index], place % area * channels + place / area);
				}
			}
			work += input.elements() + Cost.VISIT + Cost.ordering(this.order.size());
			if (work >= Cost.CHUNK) {
				monitor.work(0, work);
				work = 0;
			}
			if (this.order.size() == 0) {
				continue;
			}
			int[] ordered = this.order.order();
			for (int i = 0; i < this.order.size(); i++) {
				dest.add(step, ordered[i]);
			}
		}
		monitor.work(0, work);
	}

}
