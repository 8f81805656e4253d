package dev.discretizer.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.NaturalOrder;
import dev.discretizer.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static dev.discretizer.graph.TestNetwork.average;
import static dev.discretizer.graph.TestNetwork.conv;
import static dev.discretizer.graph.TestNetwork.flatten;
import static dev.discretizer.graph.TestNetwork.linear;
import static dev.discretizer.graph.TestNetwork.neurons;
import static dev.discretizer.graph.TestNetwork.size;
import static dev.discretizer.graph.TestNetwork.sum;
import static dev.discretizer.graph.TestNetwork.weight;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of the networks that a Speck can hold.
 */
class PlanTests {

	@Test
	void weightIsPairedWithTheNeuronsItFeeds() {
		Plan plan = Plan.of(TestNetwork.from(1, 8, 8)
			.then("z", conv(2, 1, 3))
			.then("y", neurons(1))
			.then("x", conv(3, 2, 3))
			.then("w", neurons(2, 2, 2))
			.network());
		assertThat(plan.layers()).extracting(PlannedLayer::name).containsExactly("z", "x");
		assertThat(plan.layers()).extracting(PlannedLayer::spikeName).containsExactly("y", "w");
		assertThat(plan.layers().get(1).threshold().elements()).isEqualTo(3);
		assertThat(plan.layers()).allSatisfy((layer) -> {
			assertThat(layer.minVMem()).isNull();
			assertThat(layer.vMem()).isNull();
			assertThat(layer.bias()).isNull();
			assertThat(layer.rescale()).isEqualTo(1);
		});
		assertThat(plan.poolingKnown()).isTrue();
		assertThat(plan.doubts().poolsAtOutput()).isEmpty();
	}

	/** Nodes and edges in any order make the same plan. */
	@Test
	void orderComesFromTheEdgesAlone() {
		Network network = lenet();
		List<PlannedLayer> expected = Plan.of(network).layers();
		assertThat(expected).extracting(PlannedLayer::name).containsExactly("a", "d", "h");
		for (int seed = 0; seed < 50; seed++) {
			Random random = new Random(seed);
			List<Edge> edges = new ArrayList<>(network.edges());
			Collections.shuffle(edges, random);
			List<String> names = new ArrayList<>(network.nodes().keySet());
			Collections.shuffle(names, random);
			Map<String, Node> nodes = new LinkedHashMap<>();
			names.forEach((name) -> nodes.put(name, Objects.requireNonNull(network.nodes().get(name))));
			List<PlannedLayer> layers = Plan.of(new Network(nodes, edges)).layers();
			assertThat(layers).usingRecursiveFieldByFieldElementComparatorIgnoringFields("weight").isEqualTo(expected);
		}
	}

	private static Network lenet() {
		return TestNetwork.from(1, 28, 28)
			.then("a", conv(2, 1, 5))
			.then("b", neurons(1))
			.then("c", average(2))
			.then("d", conv(3, 2, 5))
			.then("e", neurons(1))
			.then("f", average(2))
			.then("g", flatten())
			.then("h", linear(10, 48))
			.then("i", neurons(1))
			.network();
	}

	@Test
	void sizesAreThoseOfConvolutionsAndPools() {
		List<PlannedLayer> layers = Plan.of(lenet()).layers();
		assertThat(layers).extracting(PlannedLayer::geometry)
			.containsExactly(new Geometry(Shape.of(1, 28, 28), Shape.of(2, 24, 24), size(1), size(0)),
					new Geometry(Shape.of(2, 12, 12), Shape.of(3, 8, 8), size(1), size(0)),
					new Geometry(Shape.of(3, 4, 4), Shape.of(10, 1, 1), size(1), size(0)));
		assertThat(layers).extracting((layer) -> layer.weight().shape())
			.containsExactly(Shape.of(2, 1, 5, 5), Shape.of(3, 2, 5, 5), Shape.of(10, 3, 4, 4));
	}

	/** Output sizes that torch.nn.Conv2d gives. */
	@ParameterizedTest
	@CsvSource({ "34, 5, 2, 1, 16", "34, 5, 1, 0, 30", "16, 3, 1, 1, 16", "7, 3, 4, 0, 2", "8, 3, 4, 0, 2",
			"5, 5, 8, 0, 1", "1, 3, 1, 1, 1", "10, 2, 2, 7, 12" })
	void sizeOfAConvolutionIsRoundedDown(int in, int kernel, int stride, int padding, int out) {
		Plan plan = Plan.of(TestNetwork.from(1, in, in)
			.then("w", conv(weight(1, 1, kernel, kernel), stride, padding))
			.then("n", neurons(1))
			.network());
		assertThat(geometry(plan, 0).output()).isEqualTo(Shape.of(1, out, out));
	}

	@Test
	void axesDoNotMix() {
		Node.Conv2d conv = new Node.Conv2d(weight(2, 1, 3, 3), null, new Size2d(2, 1), new Size2d(0, 3), size(1), 1,
				null);
		Plan plan = Plan.of(TestNetwork.from(1, 9, 20).then("w", conv).then("n", neurons(1)).network());
		assertThat(geometry(plan, 0))
			.isEqualTo(new Geometry(Shape.of(1, 9, 20), Shape.of(2, 4, 24), new Size2d(2, 1), new Size2d(0, 3)));
	}

	@ParameterizedTest
	@CsvSource({ "1, 0", "3, 1", "5, 2", "7, 3" })
	void paddingSameKeepsTheSize(int kernel, int padding) {
		Node.Conv2d conv = new Node.Conv2d(weight(1, 1, kernel, kernel), null, size(1), null, size(1), 1, null);
		Plan plan = Plan.of(TestNetwork.from(1, 9, 12).then("w", conv).then("n", neurons(1)).network());
		assertThat(geometry(plan, 0).padding()).isEqualTo(size(padding));
		assertThat(geometry(plan, 0).output()).isEqualTo(Shape.of(1, 9, 12));
	}

	@Test
	void averagePoolsMultiplyIntoTheNextWeight() {
		Plan plan = Plan.of(TestNetwork.from(1, 64, 64)
			.then("w0", conv(1, 1, 1))
			.then("n0", neurons(1))
			.then("p1", average(2))
			.then("p2", sum(2))
			.then("p3", average(3))
			.then("w1", conv(1, 1, 1))
			.then("n1", neurons(1))
			.then("p4", sum(5))
			.then("w2", conv(1, 1, 1))
			.then("n2", neurons(1))
			.network());
		assertThat(plan.layers()).extracting(PlannedLayer::rescale).containsExactly(1.0, 0.25 * (1.0 / 9), 1.0);
		assertThat(destinations(plan, 0)).containsExactly(new Destination("w1", null, size(12)));
		assertThat(destinations(plan, 1)).containsExactly(new Destination("w2", null, size(5)));
		assertThat(destinations(plan, 2)).containsExactly(new Destination(null, "output", size(1)));
		assertThat(sources(plan, 0)).containsExactly(new Source(null, size(1), 1));
		assertThat(sources(plan, 1)).containsExactly(new Source("w0", size(12), 0.25 * (1.0 / 9)));
		assertThat(sources(plan, 2)).containsExactly(new Source("w1", size(5), 1));
		assertThat(geometry(plan, 1).input()).isEqualTo(Shape.of(1, 5, 5));
		assertThat(plan.doubts().poolsAtOutput()).isEmpty();
	}

	@Test
	void poolsBeforeTheOutputAreNotOnTheChip() {
		Plan plan = Plan.of(TestNetwork.oneLayer().then("p", average(2)).then("q", sum(3)).network());
		assertThat(plan.doubts().poolsAtOutput()).containsExactly("p", "q");
		assertThat(destinations(plan, 0)).containsExactly(new Destination(null, "output", size(6)));
		assertThat(plan.layers().get(0).rescale()).isEqualTo(1);
	}

	@Test
	void linearAfterAFlattenIsAConvolutionOfTheWholeImage() {
		FloatTensor weight = weight(4, 18);
		Plan plan = Plan.of(TestNetwork.from(2, 3, 3)
			.then("f", flatten())
			.then("w", new Node.Linear(weight, null))
			.then("n", neurons(1))
			.network());
		FloatTensor chip = plan.layers().get(0).weight();
		assertThat(chip.shape()).isEqualTo(Shape.of(4, 2, 3, 3));
		assertThat(chip.array()).isSameAs(weight.array());
		assertThat(geometry(plan, 0).input()).isEqualTo(Shape.of(2, 3, 3));
	}

	@Test
	void linearOfANetworkWithoutImagesHasAKernelOfOne() {
		Plan plan = Plan.of(TestNetwork.from(5)
			.then("w", linear(4, 5))
			.then("n", neurons(1))
			.then("v", linear(3, 4))
			.then("m", neurons(1))
			.network());
		assertThat(plan.layers()).extracting((layer) -> layer.weight().shape())
			.containsExactly(Shape.of(4, 5, 1, 1), Shape.of(3, 4, 1, 1));
		assertThat(geometry(plan, 1).input()).isEqualTo(Shape.of(4, 1, 1));
	}

	@Test
	void imageOfOnePixelNeedsNoFlatten() {
		Plan plan = Plan.of(TestNetwork.from(1, 3, 3)
			.then("w", conv(4, 1, 3))
			.then("n", neurons(1))
			.then("v", linear(2, 4))
			.then("m", neurons(1))
			.network());
		assertThat(plan.layers().get(1).weight().shape()).isEqualTo(Shape.of(2, 4, 1, 1));
	}

	@Test
	void flattenMayStandBetweenAWeightAndItsNeurons() {
		Plan plan = Plan.of(TestNetwork.from(1, 4, 4)
			.then("w", conv(2, 1, 3))
			.then("f", flatten())
			.then("n", neurons(1))
			.then("v", linear(2, 8))
			.then("m", neurons(1))
			.then("g", new Node.Flatten(-1, 0, Shape.of(2)))
			.network());
		assertThat(plan.layers()).extracting(PlannedLayer::spikeName).containsExactly("n", "m");
		assertThat(plan.layers().get(1).weight().shape()).isEqualTo(Shape.of(2, 2, 2, 2));
	}

	@ParameterizedTest
	@CsvSource({ "0, -1", "0, 2", "-3, -1", "-3, 2" })
	void flattenOfAllDimensionsMayBeWrittenInSeveralWays(int start, int end) {
		Plan plan = Plan.of(TestNetwork.from(2, 3, 3)
			.then("f", new Node.Flatten(start, end, Shape.of(2, 3, 3)))
			.then("w", linear(1, 18))
			.then("n", neurons(1))
			.network());
		assertThat(plan.layers()).hasSize(1);
	}

	// Where the input has no shape

	@Test
	void sizesComeFromAConvolutionWhereTheInputHasNone() {
		Node.Conv2d conv = new Node.Conv2d(weight(2, 3, 3, 3), null, size(1), size(0), size(1), 1, new Size2d(8, 9));
		Plan plan = Plan
			.of(new TestNetwork().then("input", new Node.Input(null)).then("w", conv).then("n", neurons(1)).network());
		assertThat(geometry(plan, 0).input()).isEqualTo(Shape.of(3, 8, 9));
		assertThat(geometry(plan, 0).output()).isEqualTo(Shape.of(2, 6, 7));
	}

	/** The largest shapes that a tensor may have. */
	@Test
	void sizesMayBeAsSmallAndAsLargeAsATensor() {
		Node.Conv2d point = new Node.Conv2d(weight(1, 1, 1, 1), null, size(1), new Size2d((1 << 30) - 1, 0), size(1), 1,
				size(1));
		Plan plan = Plan
			.of(new TestNetwork().then("input", new Node.Input(null)).then("w", point).then("n", neurons(1)).network());
		assertThat(geometry(plan, 0).output()).isEqualTo(Shape.of(1, Integer.MAX_VALUE, 1));
	}

	@Test
	void sizesComeFromAFlattenWhereTheInputHasNone() {
		Plan plan = Plan.of(new TestNetwork().then("input", new Node.Input(null))
			.then("w", conv(2, 3, 3))
			.then("n", neurons(1))
			.then("p", average(2))
			.then("f", new Node.Flatten(0, -1, Shape.of(2, 4, 4)))
			.then("v", linear(5, 32))
			.then("m", neurons(1))
			.network());
		assertThat(plan.layers().get(0).geometry()).isNull();
		assertThat(plan.layers().get(1).weight().shape()).isEqualTo(Shape.of(5, 2, 4, 4));
		assertThat(plan.layers().get(1).rescale()).isEqualTo(0.25);
		assertThat(geometry(plan, 1).input()).isEqualTo(Shape.of(2, 4, 4));
	}

	@Test
	void sizesMayBeUnknownWhereNothingDependsOnThem() {
		Plan plan = Plan.of(new TestNetwork().then("input", new Node.Input(null))
			.then("w", conv(2, 3, 3))
			.then("n", neurons(1))
			.then("p", average(1 << 20))
			.then("q", average(1 << 20))
			.then("v", conv(2, 2, 3))
			.then("m", neurons(1))
			.network());
		assertThat(plan.layers()).extracting(PlannedLayer::geometry).containsOnlyNulls();
		assertThat(plan.layers().get(1).rescale()).isEqualTo(0x1p-80);
	}

	@Test
	void linearRightAfterAnInputWithoutShapeTakesItsOwnInputs() {
		Plan plan = Plan.of(new TestNetwork().then("input", new Node.Input(null))
			.then("w", linear(2, 3))
			.then("n", neurons(1))
			.network());
		assertThat(plan.layers().get(0).weight().shape()).isEqualTo(Shape.of(2, 3, 1, 1));
		assertThat(geometry(plan, 0).input()).isEqualTo(Shape.of(3, 1, 1));
	}

	@Test
	void linearAfterAFlattenOfNobodyKnowsWhatHasNoGeometry() {
		Plan plan = Plan.of(new TestNetwork().then("input", new Node.Input(null))
			.then("f", flatten())
			.then("w", linear(2, 3))
			.then("n", neurons(1))
			.network());
		assertThat(plan.layers().get(0).weight().shape()).isEqualTo(Shape.of(2, 3, 1, 1));
		assertThat(plan.layers().get(0).geometry()).isNull();
	}

	@Test
	void resetToZeroIsNoted() {
		FloatTensor one = FloatTensor.scalar(1);
		Plan plan = Plan.of(TestNetwork.from(3)
			.then("w", linear(3, 3))
			.then("n", new Node.IntegrateAndFire(one, one, TestNetwork.vector(0, -0.0f)))
			.then("v", linear(3, 3))
			.then("m", neurons(1))
			.network());
		assertThat(plan.layers()).extracting(PlannedLayer::resetToZero).containsExactly(true, false);
	}

	@Test
	void chainOfAHundredThousandNodesIsPlanned() {
		TestNetwork network = TestNetwork.from(1, 1, 1);
		int layers = 25_000;
		for (int i = 0; i < layers; i++) {
			network.then("w" + i, conv(1, 1, 1))
				.then("n" + i, neurons(1))
				.then("p" + i, sum(1))
				.then("q" + i, average(1));
		}
		Plan plan = Plan.of(network.network());
		assertThat(plan.layers()).hasSize(layers);
		assertThat(plan.layers().get(layers - 1).name()).isEqualTo("w" + (layers - 1));
		assertThat(plan.doubts().poolsAtOutput()).hasSize(2);
	}

	// Branches and merges

	/**
	 * w, x and y read the input; z adds up their three sizes of pools, and so does an
	 * Output.
	 */
	private static TestNetwork branches() {
		return TestNetwork.from(1, 8, 8)
			.then("c10", conv(2, 1, 1))
			.then("n10", neurons(1))
			.then("p", average(2))
			.then("q", sum(2))
			.then("c9", conv(2, 2, 1))
			.then("n9", neurons(1))
			.aside("c2", conv(weight(2, 1, 1, 1), 4, 0))
			.edge("input", "c2")
			.edge("c2", "n2")
			.aside("n2", neurons(1))
			.edge("n2", "c9")
			.edge("p", "extra")
			.aside("extra", new Node.Output(null))
			.edge("n2", "extra2")
			.aside("extra2", new Node.Output(null));
	}

	@Test
	void layersThatAreReadyComeInTheNaturalOrderOfTheirNames() {
		Plan plan = Plan.of(branches().network());
		assertThat(plan.layers()).extracting(PlannedLayer::name).containsExactly("c2", "c10", "c9");
		assertThat(plan.input()).isEqualTo(Shape.of(1, 8, 8));
	}

	@Test
	void sourcesAndDestinationsAreThoseOfEveryPath() {
		Plan plan = Plan.of(branches().network());
		assertThat(sources(plan, 0)).containsExactly(new Source(null, size(1), 1));
		assertThat(sources(plan, 2)).containsExactly(new Source("c2", size(1), 1), new Source("c10", size(4), 0.25));
		assertThat(destinations(plan, 0)).containsExactly(new Destination("c9", null, size(1)),
				new Destination(null, "extra2", size(1)));
		assertThat(destinations(plan, 1)).containsExactly(new Destination("c9", null, size(4)),
				new Destination(null, "extra", size(2)));
		assertThat(destinations(plan, 2)).containsExactly(new Destination(null, "output", size(1)));
		assertThat(plan.doubts().poolsAtOutput()).containsExactly("p");
		assertThat(plan.layers().get(2).rescale()).isEqualTo(0.31);
		assertThat(Objects.requireNonNull(plan.layers().get(2).connections()).factors()).containsExactly(0.25, 1);
	}

	/**
	 * numpy's round(mean * 0.5, 2), which multiplies by 100 first: .065 is rounded to
	 * .06.
	 */
	@ParameterizedTest
	@CsvSource({ "1, 2, 0.31", "2, 4, 0.08", "2, 10, 0.06", "1, 1, 1.0", "3, 3, 0.1111111111111111", "8, 16, 0.0" })
	void severalFactorsAreHalfTheirMean(int first, int second, double rescale) {
		List<Source> sources = List.of(Source.of("a").pooled(average(first)), Source.of("b").pooled(average(second)));
		assertThat(new Connections(sources, List.of()).rescale()).isEqualTo(rescale);
	}

	@Test
	void factorOfTheInputDoesNotCount() {
		assertThat(new Connections(List.of(Source.of(null), Source.of("a").pooled(average(2))), List.of()).rescale())
			.isEqualTo(0.25);
		assertThat(new Connections(List.of(Source.of(null)), List.of()).rescale()).isEqualTo(1);
	}

	@Test
	void poolMayHaveSeveralInputsAndTargets() {
		Plan plan = Plan.of(TestNetwork.from(1, 8, 8)
			.then("a", conv(2, 1, 1))
			.then("an", neurons(1))
			.then("p", average(2))
			.then("c", conv(2, 2, 1))
			.then("cn", neurons(1))
			.aside("b", conv(2, 1, 1))
			.edge("input", "b")
			.edge("b", "bn")
			.aside("bn", neurons(1))
			.edge("bn", "p")
			.edge("p", "d")
			.aside("d", conv(2, 2, 1))
			.edge("d", "dn")
			.aside("dn", neurons(1))
			.edge("dn", "output")
			.network());
		assertThat(plan.layers()).extracting(PlannedLayer::name).containsExactly("a", "b", "c", "d");
		for (int layer : List.of(2, 3)) {
			assertThat(sources(plan, layer)).containsExactly(new Source("a", size(2), 0.25),
					new Source("b", size(2), 0.25));
			assertThat(plan.layers().get(layer).rescale()).isEqualTo(0.25);
		}
	}

	@Test
	void inputMayBeMergedWithNeurons() {
		Plan plan = Plan.of(TestNetwork.from(2, 8, 8)
			.then("a", conv(2, 2, 1))
			.then("an", neurons(1))
			.then("p", sum(1))
			.then("c", conv(2, 2, 1))
			.then("cn", neurons(1))
			.edge("input", "c")
			.network());
		assertThat(sources(plan, 1)).containsExactly(new Source(null, size(1), 1), new Source("a", size(1), 1));
	}

	/** What one branch does not tell, the other does. */
	@Test
	void sizesOfOneBranchAreThoseOfTheOther() {
		Node.Conv2d known = new Node.Conv2d(weight(2, 1, 1, 1), null, size(1), size(0), size(1), 1, size(8));
		Plan plan = Plan.of(new TestNetwork().then("input", new Node.Input(null))
			.then("a", known)
			.then("an", neurons(1))
			.then("c", conv(1, 2, 3))
			.then("cn", neurons(1))
			.aside("b", conv(2, 1, 1))
			.edge("input", "b")
			.edge("b", "bn")
			.aside("bn", neurons(1))
			.edge("bn", "c")
			.network());
		assertThat(plan.layers().get(1).geometry()).isNull();
		assertThat(geometry(plan, 2).input()).isEqualTo(Shape.of(2, 8, 8));
		assertThat(plan.input()).isEqualTo(Shape.of(1, 8, 8));
	}

	@Test
	void graphInAGraphIsFlattened() {
		Network block = TestNetwork.from(2, 6, 6)
			.then("c", conv(2, 2, 1))
			.then("n", neurons(1))
			.then("p", average(2))
			.network();
		Network outer = new TestNetwork().then("input", new Node.Input(null))
			.then("block", new Node.Graph(block))
			.network();
		Plan plan = Plan.of(TestNetwork.oneLayer()
			.then("one", new Node.Graph(outer))
			.then("v", conv(1, 2, 1))
			.then("m", neurons(1))
			.network());
		assertThat(plan.layers()).extracting(PlannedLayer::name).containsExactly("w", "one.block.c", "v");
		assertThat(plan.layers()).extracting(PlannedLayer::spikeName).containsExactly("n", "one.block.n", "m");
		assertThat(sources(plan, 1)).containsExactly(new Source("w", size(1), 1));
		assertThat(sources(plan, 2)).containsExactly(new Source("one.block.c", size(2), 0.25));
		assertThat(destinations(plan, 2)).containsExactly(new Destination(null, "output", size(1)));
	}

	/** A weight may be outside and its neurons inside. */
	@Test
	void graphInAGraphMayHoldNeuronsAlone() {
		Plan plan = Plan.of(TestNetwork.from(1, 8, 8)
			.then("w", conv(2, 1, 3))
			.then("x", new Node.Graph(TestNetwork.from(2, 6, 6).then("n", neurons(1)).network()))
			.network());
		assertThat(plan.layers()).extracting(PlannedLayer::spikeName).containsExactly("x.n");
	}

	/**
	 * Each rung has the two before it for sources, and a pool that adds up all rungs so
	 * far.
	 */
	@Test
	void ladderOfMergesIsPlanned() {
		TestNetwork network = TestNetwork.from(1, 1, 1).then("w0", conv(1, 1, 1)).then("n0", neurons(1));
		int rungs = 340;
		for (int i = 1; i < rungs; i++) {
			network.then("w" + i, conv(1, 1, 1)).then("n" + i, neurons(1)).aside("p" + i, sum(1));
			network.edge("n" + (i - 1), "p" + i);
			if (i > 1) {
				network.edge("p" + (i - 1), "p" + i);
				network.edge("n" + (i - 2), "w" + i);
			}
		}
		network.edge("p" + (rungs - 1), "last")
			.aside("last", conv(1, 1, 1))
			.edge("last", "neurons")
			.aside("neurons", neurons(1))
			.aside("out", new Node.Output(null))
			.edge("neurons", "out");
		Plan plan = Plan.of(network.network());
		assertThat(plan.layers()).hasSize(rungs + 1);
		int last = plan.layers().size() - 2;
		assertThat(plan.layers().get(last).name()).isEqualTo("last");
		assertThat(sources(plan, last)).hasSize(rungs - 1);
		assertThat(destinations(plan, 0)).hasSize(3);
	}

	private static List<Destination> destinations(Plan plan, int layer) {
		return Objects.requireNonNull(plan.layers().get(layer).connections()).destinations();
	}

	private static List<Source> sources(Plan plan, int layer) {
		return Objects.requireNonNull(plan.layers().get(layer).connections()).sources();
	}

	private static Geometry geometry(Plan plan, int layer) {
		return Objects.requireNonNull(plan.layers().get(layer).geometry());
	}

}
