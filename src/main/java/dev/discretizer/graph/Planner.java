package dev.discretizer.graph;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

import dev.discretizer.graph.Flow.Stage;
import org.jspecify.annotations.Nullable;

/**
 * Follows the data from the input to the output and puts the layers together, collecting
 * everything that a Speck cannot do on the way. What only follows from something refused
 * before is not refused again.
 *
 * <p>
 * Source: sinabs 3.1.3, {@code sinabs/backend/dynapcnn/dynapcnn_layer_utils.py} and
 * {@code connectivity_specs.py}.
 */
final class Planner {

	private final List<Vertex> vertices;

	private final List<Vertex> order;

	private final BitSet looped;

	private final @Nullable Flow[] flows;

	private final FaultCollector faults = new FaultCollector();

	private final Shapes shapes = new Shapes(this.faults);

	private final List<Draft> drafts = new ArrayList<>();

	private List<String> poolsAtOutput = List.of();

	Planner(Wiring wiring) {
		this.vertices = wiring.vertices();
		this.order = wiring.order();
		this.looped = Loops.of(this.vertices);
		this.flows = new Flow[this.vertices.size()];
	}

	Plan plan() {
		checkSingle(Node.Input.class, "Input");
		checkSingle(Node.Output.class, "Output");
		for (Vertex vertex : this.order) {
			checkNeighbours(vertex);
			this.flows[vertex.id()] = follow(vertex, arriving(vertex));
		}
		if (this.drafts.isEmpty()) {
			this.faults.ofNetwork("has no layer, a Conv2d or Linear that feeds an IF is expected");
		}
		this.faults.throwIfAny();
		return new Plan(this.drafts.stream().map(Draft::layer).toList(), this.poolsAtOutput, true);
	}

	private void checkSingle(Class<? extends Node> type, String name) {
		List<Vertex> found = this.vertices.stream().filter((vertex) -> type.isInstance(vertex.node())).toList();
		if (found.isEmpty()) {
			this.faults.ofNetwork("has no %s, 1 is expected", name);
		}
		for (Vertex vertex : (found.size() > 1) ? found : List.<Vertex>of()) {
			this.faults.of(vertex, "is one of %d nodes of type %s, 1 is expected", found.size(), name);
		}
	}

	private void checkNeighbours(Vertex vertex) {
		if (this.looped.get(vertex.id())) {
			this.faults.of(vertex, "lies on a loop of edges, no recurrence is expected: data flows one way");
			return;
		}
		checkSide(vertex, vertex.sources(), vertex.node() instanceof Node.Input, "is fed by");
		checkSide(vertex, vertex.targets(), vertex.node() instanceof Node.Output, "feeds");
	}

	private void checkSide(Vertex vertex, List<Vertex> neighbours, boolean end, String verb) {
		if (end && !neighbours.isEmpty()) {
			this.faults.of(vertex, "is of type %s and %s %s, nothing is expected", vertex.type(), verb,
					Vertex.names(neighbours));
		}
		else if (!end && neighbours.isEmpty()) {
			this.faults.of(vertex, "%s nothing, a chain from the Input to the Output is expected", verb);
		}
		else if (neighbours.size() > 1) {
			this.faults.of(vertex, "%s %d nodes (%s), 1 is expected: no branches", verb, neighbours.size(),
					Vertex.names(neighbours));
		}
	}

	/** What a node is given, if one node alone feeds it and that one is not on a loop. */
	private Flow arriving(Vertex vertex) {
		if (vertex.sources().size() != 1) {
			return Flow.BROKEN;
		}
		Flow flow = this.flows[vertex.sources().get(0).id()];
		return (flow != null) ? flow : Flow.BROKEN;
	}

	private Flow follow(Vertex vertex, Flow in) {
		if (in.stage() == Stage.WEIGHTED) {
			checkPaired(vertex, in);
		}
		return switch (vertex.node()) {
			case Node.Input input -> new Flow(Stage.INPUT, this.shapes.input(vertex, input), null);
			case Node.Conv2d conv -> layer(this.shapes.convolve(vertex, conv, in));
			case Node.Linear linear -> layer(this.shapes.connect(vertex, linear, in));
			case Node.IntegrateAndFire neurons -> integrate(vertex, neurons, in);
			case Node.Pool2d pool -> pool(vertex, pool, in);
			case Node.Flatten flatten -> in.with(this.shapes.flatten(vertex, flatten, in.signal()));
			case Node.Output output -> output(in);
			case Node.Other other -> other(vertex, other);
		};
	}

	/** A weight's first successor other than a Flatten must be its neurons. */
	private void checkPaired(Vertex vertex, Flow in) {
		Draft draft = in.layer();
		if (draft == null) {
			return;
		}
		switch (vertex.node()) {
			case Node.IntegrateAndFire neurons -> {
			}
			case Node.Flatten flatten -> {
			}
			// What it is, is reason enough.
			case Node.Other other -> {
			}
			case Node.Input input -> feedsNoNeurons(draft, vertex);
			case Node.Conv2d conv -> feedsNoNeurons(draft, vertex);
			case Node.Linear linear -> feedsNoNeurons(draft, vertex);
			case Node.Pool2d pool -> feedsNoNeurons(draft, vertex);
			case Node.Output output -> feedsNoNeurons(draft, vertex);
		}
	}

	private void feedsNoNeurons(Draft draft, Vertex vertex) {
		this.faults.of(draft.weightVertex(), "feeds %s of type %s, an IF is expected", vertex.name(), vertex.type());
	}

	private Flow layer(Flow out) {
		if (out.layer() != null) {
			this.drafts.add(out.layer());
		}
		return out;
	}

	private Flow integrate(Vertex vertex, Node.IntegrateAndFire neurons, Flow in) {
		NodeChecks.check(neurons, (reason) -> this.faults.of(vertex, "%s", reason));
		switch (in.stage()) {
			case INPUT -> this.faults.of(vertex, "has no weight before it, a Conv2d or Linear is expected");
			case SPIKES -> this.faults.of(vertex, "is fed by neurons (%s), a Conv2d or Linear is expected",
					Vertex.names(vertex.sources()));
			case WEIGHTED -> pair(in.layer(), vertex);
			case BROKEN -> {
			}
		}
		return (in.stage() == Stage.WEIGHTED) ? new Flow(Stage.SPIKES, in.signal(), in.layer()) : Flow.BROKEN;
	}

	private static void pair(@Nullable Draft draft, Vertex neurons) {
		if (draft != null) {
			draft.pair(neurons);
		}
	}

	private Flow pool(Vertex vertex, Node.Pool2d pool, Flow in) {
		boolean sound = NodeChecks.check(pool, (reason) -> this.faults.of(vertex, "%s", reason));
		if (in.stage() == Stage.INPUT) {
			this.faults.of(vertex, "pools the input, a Conv2d or Linear and its IF are expected before it");
		}
		if (!sound || in.stage() != Stage.SPIKES) {
			return in.with(Signal.BROKEN);
		}
		if (in.layer() != null) {
			in.layer().pool(vertex.name(), pool);
		}
		return in.with(this.shapes.pool(vertex, pool, in.signal()));
	}

	private Flow output(Flow in) {
		if (in.stage() == Stage.SPIKES && in.layer() != null) {
			this.poolsAtOutput = in.layer().unpool();
		}
		return Flow.BROKEN;
	}

	private Flow other(Vertex vertex, Node.Other other) {
		this.faults.of(vertex, switch (other.type()) {
			case "LIF", "CubaLIF", "LI", "CubaLI", "I" ->
				"is of type %s, IF is expected: the neurons of a Speck integrate and fire, without decay";
			case "NIRGraph" -> "is of type %s, a graph without graphs inside is expected";
			default -> "is of type %s, one of Input, Output, Conv2d, Linear, Affine, IF, SumPool2d, AvgPool2d, "
					+ "Flatten is expected";
		}, other.type());
		return Flow.BROKEN;
	}

}
