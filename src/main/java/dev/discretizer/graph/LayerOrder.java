package dev.discretizer.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Sorts layers topologically: of those whose sources are all listed, the one with the
 * naturally smallest name comes first. A chain stays in the order of its flow.
 */
final class LayerOrder {

	private LayerOrder() {
	}

	/** The layers of a graph without loops, sorted. */
	static List<Draft> of(List<Draft> layers) {
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

}
