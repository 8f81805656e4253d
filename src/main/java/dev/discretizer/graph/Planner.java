package dev.discretizer.graph;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.discretizer.graph.Flow.Stage;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import dev.discretizer.tensor.Words;
import org.jspecify.annotations.Nullable;

/**
 * Follows the data from the Input to the Outputs, puts the layers together and collects
 * everything that a Speck does not support on the way. Consequences of a fault are not
 * reported again. What several edges bring to a node adds up.
 *
 * <p>
 * Source: sinabs 3.1.3, {@code sinabs/backend/dynapcnn/dynapcnn_layer_utils.py} and
 * {@code connectivity_specs.py}; unlike there, one pool may feed several nodes, and a
 * pool may have several inputs.
 */
final class Planner {

	/** The most nodes that a message names. */
	private static final int NAMED = 3;

	private final boolean ignoreR;

	private final List<Vertex> vertices;

	private final List<Vertex> order;

	private final BitSet looped;

	private final @Nullable Flow[] flows;

	private final FaultCollector faults;

	private final Shapes shapes;

	private final List<Draft> drafts = new ArrayList<>();

	/** Neurons whose r was ignored. */
	private final List<String> ignoredR = new ArrayList<>();

	/** What each Output is fed. */
	private final Map<Vertex, List<Source>> outputs = new LinkedHashMap<>();

	private boolean severalInputs;

	/**
	 * Makes a planner.
	 * @param ignoreR whether any r of neurons counts as 1
	 */
	Planner(Wiring wiring, boolean ignoreR) {
		this.ignoreR = ignoreR;
		this.vertices = wiring.vertices();
		this.order = wiring.order();
		this.looped = Loops.of(this.vertices);
		this.flows = new Flow[this.vertices.size()];
		this.faults = wiring.faults();
		this.shapes = new Shapes(this.faults);
	}

	Plan plan() {
		checkEnds();
		for (Vertex vertex : this.order) {
			checkNeighbours(vertex);
			this.flows[vertex.id()] = follow(vertex, arriving(vertex));
		}
		checkDrafts();
		this.faults.throwIfAny();
		Map<String, List<Source>> sources = new LinkedHashMap<>();
		this.outputs.forEach((output, fed) -> sources.put(output.name(), fed));
		Links links = new Links(this.drafts, sources);
		Shape input = links.checkShapes(this.faults);
		this.faults.throwIfAny();
		return new Plan(links.planned(), input, true, new Plan.Doubts(poolsAtOutput(), this.ignoredR));
	}

	private void checkEnds() {
		List<Vertex> inputs = this.vertices.stream().filter((vertex) -> isEnd(vertex, Node.Input.class)).toList();
		if (inputs.isEmpty()) {
			this.faults.ofNetwork("has no Input, 1 is expected");
		}
		this.severalInputs = inputs.size() > 1;
		for (Vertex vertex : this.severalInputs ? inputs : List.<Vertex>of()) {
			this.faults.of(vertex, "is one of %d nodes of type Input, 1 is expected", inputs.size());
		}
		if (this.vertices.stream().noneMatch((vertex) -> isEnd(vertex, Node.Output.class))) {
			this.faults.ofNetwork("has no Output, at least 1 is expected");
		}
	}

	private static boolean isEnd(Vertex vertex, Class<? extends Node> type) {
		return type.isInstance(vertex.node()) && !vertex.isPort();
	}

	private void checkNeighbours(Vertex vertex) {
		if (this.looped.get(vertex.id())) {
			this.faults.of(vertex, "lies on a loop of edges, no recurrence is expected: data flows one way");
			return;
		}
		checkSide(vertex, vertex.sources(), isEnd(vertex, Node.Input.class), "is fed by");
		checkSide(vertex, vertex.targets(), isEnd(vertex, Node.Output.class), "feeds");
	}

	private void checkSide(Vertex vertex, List<Vertex> neighbours, boolean end, String verb) {
		if (end && !neighbours.isEmpty()) {
			this.faults.of(vertex, "is of type %s and %s %s, nothing is expected", vertex.type(), verb,
					Vertex.names(neighbours));
		}
		else if (!end && neighbours.isEmpty()) {
			this.faults.of(vertex, "%s nothing, a path from the Input to an Output is expected", verb);
		}
	}

	/** The sum of what a node is fed; broken after a fault or on a loop. */
	private Flow arriving(Vertex vertex) {
		List<Flow> in = vertex.sources().stream().map(this::leaving).toList();
		for (Flow flow : in) {
			checkPaired(vertex, flow);
		}
		if (in.size() < 2) {
			return in.isEmpty() ? Flow.BROKEN : in.getFirst();
		}
		if (in.stream().anyMatch((flow) -> flow.stage() == Stage.WEIGHTED)) {
			checkSum(vertex, in);
			return Flow.BROKEN;
		}
		return in.stream().allMatch((flow) -> flow.stage() == Stage.EVENTS) ? merge(vertex, in) : Flow.BROKEN;
	}

	private Flow leaving(Vertex vertex) {
		Flow flow = this.flows[vertex.id()];
		return (flow != null) ? flow : Flow.BROKEN;
	}

	/** A weight that feeds neurons feeds them alone. */
	private void checkSum(Vertex vertex, List<Flow> in) {
		List<String> weights = new ArrayList<>();
		boolean events = false;
		for (Flow flow : in) {
			if (flow.draft() != null) {
				weights.add(flow.draft().name());
				if (vertex.node() instanceof Node.IntegrateAndFire) {
					flow.draft().pair(vertex);
				}
			}
			events |= flow.stage() == Stage.EVENTS;
		}
		if (!isBetweenWeightAndNeurons(vertex)) {
			return;
		}
		if (weights.size() > 1) {
			this.faults.of(vertex, "is fed by %d weights (%s), 1 is expected: a core has one weight", weights.size(),
					Words.some(weights, NAMED));
		}
		else if (events) {
			this.faults.of(vertex, "is fed by the weight %s and by other nodes (%s), the weight alone is expected",
					weights.getFirst(), Vertex.names(vertex.sources()));
		}
	}

	private Flow merge(Vertex vertex, List<Flow> in) {
		List<Source> sources = new ArrayList<>();
		Map<String, Vertex> from = new HashMap<>();
		boolean sound = true;
		for (int i = 0; i < in.size() && sound; i++) {
			Vertex neighbour = vertex.sources().get(i);
			for (Source source : in.get(i).sources()) {
				// A name of a node is never empty.
				Vertex other = from.putIfAbsent((source.layer() != null) ? source.layer() : "", neighbour);
				if (other == null) {
					sources.add(source);
				}
				else if (source.layer() != null || !this.severalInputs) {
					twice(vertex, source, neighbour, other);
					sound = false;
					break;
				}
			}
		}
		Signal signal = this.shapes.merge(vertex, vertex.sources(), in.stream().map(Flow::signal).toList());
		return sound ? Flow.events(signal, sources) : Flow.BROKEN;
	}

	/**
	 * Adding the same events twice takes two destinations that are one layer, which a
	 * chip does not have. One such fault is reported for a node: there can be as many as
	 * paths.
	 */
	private void twice(Vertex vertex, Source source, Vertex neighbour, Vertex other) {
		this.faults.of(vertex, "is fed the events of %s twice, by %s and by %s, once is expected",
				(source.layer() != null) ? "layer " + source.layer() : "the input", other.name(), neighbour.name());
	}

	private Flow follow(Vertex vertex, Flow in) {
		return switch (vertex.node()) {
			case Node.Input input when vertex.isPort() -> in.with(this.shapes.enter(vertex, input, in.signal()));
			case Node.Output output when vertex.isPort() -> in.with(this.shapes.leave(vertex, output, in.signal()));
			case Node.Input input -> Flow.events(this.shapes.input(vertex, input), List.of(Source.of(null)));
			case Node.Output output -> output(vertex, output, in);
			case Node.Conv2d conv -> layer(this.shapes.convolve(vertex, conv, in));
			case Node.Linear linear -> layer(this.shapes.connect(vertex, linear, in));
			case Node.IntegrateAndFire neurons -> integrate(vertex, neurons, in);
			case Node.Pool2d pool -> pool(vertex, pool, in);
			case Node.Flatten flatten -> in.with(this.shapes.flatten(vertex, flatten, in.signal()));
			case Node.Graph graph -> throw new IllegalStateException(vertex.name());
			case Node.Other other -> other(vertex, other);
		};
	}

	/** The first node after a weight, other than a Flatten, must be its neurons. */
	private void checkPaired(Vertex vertex, Flow in) {
		if (in.draft() != null && !isBetweenWeightAndNeurons(vertex) && !(vertex.node() instanceof Node.Other)) {
			this.faults.of(in.draft().weightVertex(), "feeds %s of type %s, an IF is expected", vertex.name(),
					vertex.type());
		}
	}

	private static boolean isBetweenWeightAndNeurons(Vertex vertex) {
		return switch (vertex.node()) {
			case Node.IntegrateAndFire neurons -> true;
			case Node.Flatten flatten -> true;
			case Node.Input input -> vertex.isPort();
			case Node.Output output -> vertex.isPort();
			case Node.Conv2d conv -> false;
			case Node.Linear linear -> false;
			case Node.Pool2d pool -> false;
			case Node.Graph graph -> false;
			// Its type is refused anyway.
			case Node.Other other -> false;
		};
	}

	private Flow layer(Flow out) {
		if (out.draft() != null) {
			this.drafts.add(out.draft());
		}
		return out;
	}

	private Flow integrate(Vertex vertex, Node.IntegrateAndFire neurons, Flow in) {
		NodeChecks.check(neurons, this.ignoreR, (reason) -> this.faults.of(vertex, "%s", reason));
		FloatTensor r = neurons.r();
		if (this.ignoreR && !(r.min() == 1 && r.max() == 1)) {
			this.ignoredR.add(vertex.name());
		}
		if (in.hasNeurons()) {
			this.faults.of(vertex, "is fed by neurons (%s), a Conv2d or Linear is expected",
					Vertex.names(vertex.sources()));
		}
		else if (in.hasInput()) {
			this.faults.of(vertex, "has no weight before it, a Conv2d or Linear is expected");
		}
		if (in.draft() == null) {
			return Flow.BROKEN;
		}
		in.draft().pair(vertex);
		if (in.draft().neurons().size() > 1) {
			return Flow.BROKEN;
		}
		return Flow.events(in.signal(), List.of(Source.of(in.draft().name())));
	}

	private Flow pool(Vertex vertex, Node.Pool2d pool, Flow in) {
		boolean sound = NodeChecks.check(pool, (reason) -> this.faults.of(vertex, "%s", reason));
		if (in.hasInput()) {
			this.faults.of(vertex, "pools the input, a Conv2d or Linear and its IF are expected before it");
		}
		if (!sound || in.stage() != Stage.EVENTS || in.hasInput()) {
			return in.with(Signal.BROKEN);
		}
		return Flow.events(this.shapes.pool(vertex, pool, in.signal()),
				in.sources().stream().map((source) -> source.pooled(pool)).toList());
	}

	private Flow output(Vertex vertex, Node.Output output, Flow in) {
		if (in.stage() == Stage.EVENTS) {
			this.outputs.put(vertex, in.sources());
			this.shapes.leave(vertex, output, in.signal());
		}
		return Flow.BROKEN;
	}

	private Flow other(Vertex vertex, Node.Other other) {
		this.faults.of(vertex, switch (other.type()) {
			case "LIF", "CubaLIF", "LI", "CubaLI", "I" ->
				"is of type %s, IF is expected: the neurons of a Speck integrate and fire, without decay";
			default -> "is of type %s, one of Input, Output, Conv2d, Linear, Affine, IF, SumPool2d, AvgPool2d, "
					+ "Flatten is expected";
		}, other.type());
		return Flow.BROKEN;
	}

	/** What can only be said when every node has been followed. */
	private void checkDrafts() {
		if (this.drafts.isEmpty()) {
			this.faults.ofNetwork("has no layer, a Conv2d or Linear that feeds an IF is expected");
			return;
		}
		for (Draft draft : this.drafts) {
			if (draft.neurons().size() > 1) {
				this.faults.of(draft.weightVertex(),
						"feeds %d IF nodes (%s), 1 is expected: a core has one set of neurons", draft.neurons().size(),
						Vertex.names(draft.neurons()));
			}
		}
		this.outputs.forEach((output, sources) -> {
			if (sources.stream().anyMatch((source) -> source.layer() == null)) {
				this.faults.of(output, "is fed by the input itself, neurons are expected");
			}
		});
	}

	/**
	 * The pools between neurons and Outputs, in topological order: the chip has none
	 * after its last cores.
	 */
	private List<String> poolsAtOutput() {
		BitSet reach = new BitSet();
		List<String> pools = new ArrayList<>();
		for (int i = this.order.size() - 1; i >= 0; i--) {
			Vertex vertex = this.order.get(i);
			boolean passes = isEnd(vertex, Node.Output.class)
					|| (reach.get(vertex.id()) && !(vertex.node() instanceof Node.IntegrateAndFire));
			if (passes) {
				vertex.sources().forEach((source) -> reach.set(source.id()));
			}
			if (passes && vertex.node() instanceof Node.Pool2d) {
				pools.add(vertex.name());
			}
		}
		return pools.reversed();
	}

}
