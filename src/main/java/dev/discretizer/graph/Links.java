package dev.discretizer.graph;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;

import dev.discretizer.tensor.NaturalOrder;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Sorts layers and connects them: turns the sources of layers and Outputs into
 * destinations.
 */
final class Links {

	private final List<Draft> layers;

	/** Positions in the plan by name. */
	private final Map<String, Integer> positions = new HashMap<>();

	private final Map<String, Set<Destination>> destinations = new HashMap<>();

	/** What each Output is fed, in the natural order of their names. */
	private final Map<String, List<Source>> outputs;

	/**
	 * Connects layers.
	 * @param layers in any order, without loops
	 * @param outputs the sources of each Output by its name
	 */
	Links(List<Draft> layers, Map<String, List<Source>> outputs) {
		this.layers = sorted(layers);
		this.outputs = new TreeMap<>(NaturalOrder.INSTANCE);
		this.outputs.putAll(outputs);
		this.layers.forEach((layer) -> this.positions.put(layer.name(), this.positions.size()));
		this.layers.forEach((layer) -> link(layer.sources(), layer.name(), null));
		this.outputs.forEach((output, sources) -> link(sources, null, output));
	}

	/**
	 * Sorts layers topologically: of those whose sources are all listed, the one with the
	 * naturally smallest name comes first. A chain stays in the order of its flow.
	 * @param layers of a graph without loops
	 */
	private static List<Draft> sorted(List<Draft> layers) {
		Map<String, List<Draft>> fed = new HashMap<>();
		Map<String, Integer> pending = new HashMap<>();
		PriorityQueue<Draft> ready = new PriorityQueue<>((a, b) -> NaturalOrder.INSTANCE.compare(a.name(), b.name()));
		for (Draft layer : layers) {
			int sources = 0;
			for (Source source : layer.sources()) {
				if (source.layer() != null) {
					fed.computeIfAbsent(source.layer(), (name) -> new ArrayList<>(1)).add(layer);
					sources++;
				}
			}
			pending.put(layer.name(), sources);
			if (sources == 0) {
				ready.add(layer);
			}
		}
		List<Draft> order = new ArrayList<>(layers.size());
		while (!ready.isEmpty()) {
			Draft layer = ready.remove();
			order.add(layer);
			for (Draft next : fed.getOrDefault(layer.name(), List.of())) {
				if (pending.merge(next.name(), -1, Integer::sum) == 0) {
					ready.add(next);
				}
			}
		}
		return order;
	}

	private void link(List<Source> sources, @Nullable String layer, @Nullable String output) {
		for (Source source : sources) {
			if (source.layer() != null) {
				this.destinations.computeIfAbsent(source.layer(), (name) -> new LinkedHashSet<>())
					.add(new Destination(layer, output, source.pool()));
			}
		}
	}

	/** The planned layers, in order. */
	List<PlannedLayer> planned() {
		return this.layers.stream().map((layer) -> layer.layer(connections(layer))).toList();
	}

	private Connections connections(Draft layer) {
		List<Source> sources = new ArrayList<>(layer.sources());
		sources.sort(Comparator.comparingInt(this::position));
		return new Connections(sources, List.copyOf(this.destinations.getOrDefault(layer.name(), Set.of())));
	}

	/** The input comes before all layers. */
	private int position(Source source) {
		return (source.layer() == null) ? -1 : this.positions.getOrDefault(source.layer(), -1);
	}

	/**
	 * Checks that layers which are fed the same are of one input shape. This goes beyond
	 * the shapes that arrive where a file gives sizes only after a split.
	 * @return the shape of the input, or null where the file does not tell
	 */
	@Nullable Shape checkShapes(FaultCollector faults) {
		Map<Source, Draft> first = new LinkedHashMap<>();
		Shape input = null;
		for (Draft layer : this.layers) {
			Geometry geometry = layer.geometry();
			for (Source source : (geometry != null) ? layer.sources() : List.<Source>of()) {
				Draft other = first.putIfAbsent(new Source(source.layer(), source.pool(), 1), layer);
				check(layer, other, faults);
				input = (source.layer() == null && geometry != null) ? geometry.input() : input;
			}
		}
		return input;
	}

	private static void check(Draft layer, @Nullable Draft other, FaultCollector faults) {
		if (other != null && layer.geometry() != null && other.geometry() != null) {
			Shape found = layer.geometry().input();
			Shape expected = other.geometry().input();
			if (!found.equals(expected)) {
				faults.of(layer.weightVertex(),
						"is of the input shape %s, %s of %s, which is fed the same, is expected", found, expected,
						other.name());
			}
		}
	}

}
