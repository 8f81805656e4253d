package dev.discretizer.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import dev.discretizer.graph.MalformedNetworkException.Cause;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.discretizer.graph.TestNetwork.average;
import static dev.discretizer.graph.TestNetwork.conv;
import static dev.discretizer.graph.TestNetwork.flatten;
import static dev.discretizer.graph.TestNetwork.linear;
import static dev.discretizer.graph.TestNetwork.neurons;
import static dev.discretizer.graph.TestNetwork.size;
import static dev.discretizer.graph.TestNetwork.sum;
import static dev.discretizer.graph.TestNetwork.vector;
import static dev.discretizer.graph.TestNetwork.weight;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * All that a Speck cannot do, each by node and reason, and nothing that merely follows
 * from it.
 */
class RefusalTests {

	private static final FloatTensor ONE = FloatTensor.scalar(1);

	// Graphs that are none

	@Test
	void edgesToNodesThatAreNotThereAreMalformed() {
		Network network = TestNetwork.oneLayer().edge("n", "nowhere").edge("elsewhere", "w").network();
		MalformedNetworkException failure = malformed(network);
		assertThat(failure.cause()).isEqualTo(Cause.MALFORMED);
		assertThat(failure.faults()).extracting(NetworkFault::reason)
			.containsExactly("the edge from n to nowhere names a node nowhere that is not there",
					"the edge from elsewhere to w names a node elsewhere that is not there");
		assertThat(failure).hasMessageContaining("network: the edge from n to nowhere");
	}

	@Test
	void edgeThatIsThereTwiceIsMalformed() {
		MalformedNetworkException failure = malformed(TestNetwork.oneLayer().edge("w", "n").network());
		assertThat(failure).hasMessage("network: the edge from w to n is there twice, once is expected");
	}

	private static MalformedNetworkException malformed(Network network) {
		return catchThrowableOfType(MalformedNetworkException.class, () -> Plan.of(network));
	}

	// Ends

	@Test
	void networkWithoutInputOrOutput() {
		refused(new Network(Map.of(), List.of()), "null has no Input", "null has no Output", "null has no layer");
		refused(new TestNetwork().then("w", linear(1, 1)).then("n", neurons(1)).network(), "null has no Input",
				"w is fed by nothing");
		refused(TestNetwork.oneLayer().asItIs(), "null has no Output", "n feeds nothing");
	}

	@Test
	void networkWithoutLayers() {
		refused(TestNetwork.from(1, 2, 3).network(), "null has no layer");
		refused(TestNetwork.from(1, 2, 3).then("f", flatten()).network(), "null has no layer");
	}

	@Test
	void severalInputs() {
		refused(TestNetwork.oneLayer()
			.aside("input2", new Node.Input(null))
			.edge("input2", "w")
			.aside("output2", new Node.Output(null))
			.edge("n", "output2")
			.network(), "input is one of 2 nodes of type Input", "input2 is one of 2 nodes of type Input");
	}

	@Test
	void inputThatIsFedAndOutputThatFeeds() {
		refused(TestNetwork.oneLayer().aside("a", flatten()).edge("a", "input").network(), "a is fed by nothing",
				"input is of type Input and is fed by a");
		refused(new TestNetwork().aside("a", sum(1))
			.edge("output", "a")
			.then("input", new Node.Input(null))
			.then("w", linear(1, 1))
			.then("n", neurons(1))
			.network(), "output is of type Output and feeds a", "a feeds nothing");
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, 2, 4 })
	void inputOfAnyOtherRank(long rank) {
		long[] shape = { 1, 2, 3, 4 };
		refused(TestNetwork.from(Arrays.copyOf(shape, (int) rank))
			.then("w", conv(1, 2, 1))
			.then("n", neurons(1))
			.network(), "input its shape is ");
	}

	@Test
	void inputWithoutElements() {
		refused(TestNetwork.from(1, 0, 3).then("w", conv(1, 1, 1)).then("n", neurons(1)).network(),
				"input its shape is [1, 0, 3]");
	}

	// Shape of the graph

	@Test
	void weightsThatFeedTheSameNeurons() {
		refused(TestNetwork.from(1, 8, 8)
			.then("w", conv(2, 1, 3))
			.then("n", neurons(1))
			.aside("v", conv(2, 1, 3))
			.edge("input", "v")
			.edge("v", "n")
			.network(), "n is fed by 2 weights (w, v), 1 is expected");
		refused(TestNetwork.from(1, 8, 8)
			.then("w", conv(2, 1, 3))
			.then("f", flatten())
			.then("n", neurons(1))
			.aside("v", conv(2, 1, 3))
			.edge("input", "v")
			.edge("v", "f")
			.network(), "f is fed by 2 weights (w, v), 1 is expected");
	}

	@Test
	void manyWeightsAreNotAllNamed() {
		TestNetwork network = TestNetwork.oneLayer();
		for (int i = 0; i < 5; i++) {
			network.aside("x" + i, conv(2, 1, 3)).edge("input", "x" + i).edge("x" + i, "n");
		}
		refused(network.network(), "n is fed by 6 weights (w, x0, x1 and 3 more), 1 is expected");
	}

	@Test
	void weightAndNeuronsThatFeedTheSameNeurons() {
		refused(TestNetwork.oneLayer().then("v", conv(2, 2, 1)).then("m", neurons(1)).edge("n", "m").network(),
				"m is fed by the weight v and by other nodes (v, n), the weight alone is expected");
	}

	@Test
	void weightThatFeedsSeveralNeurons() {
		refused(TestNetwork.oneLayer().edge("w", "m").aside("m", neurons(1)).edge("m", "output").network(),
				"w feeds 2 IF nodes (n, m), 1 is expected");
	}

	@Test
	void weightThatFeedsNeuronsAndAnOutput() {
		refused(TestNetwork.oneLayer().edge("w", "output").network(),
				"w feeds output of type Output, an IF is expected");
	}

	@Test
	void poolsFromOneNeuronIntoOneWeight() {
		refused(TestNetwork.oneLayer()
			.then("p", sum(2))
			.then("v", conv(2, 2, 1))
			.then("m", neurons(1))
			.aside("q", average(2))
			.edge("n", "q")
			.edge("q", "v")
			.network(), "v is fed the events of layer w twice, by p and by q, once is expected");
		refused(TestNetwork.from(1, 8, 8)
			.then("f", flatten())
			.then("w", linear(2, 64))
			.then("n", neurons(1))
			.aside("g", flatten())
			.edge("input", "g")
			.edge("g", "w")
			.network(), "w is fed the events of the input twice, by f and by g, once is expected");
	}

	/**
	 * The first neighbour tells no size, so it is the second that the third contradicts.
	 */
	@Test
	void shapesThatDoNotAddUpAreThoseOfTheNeighboursThatGiveThem() {
		TestNetwork network = new TestNetwork().then("input", new Node.Input(null))
			.then("w", conv(2, 1, 3))
			.then("a", neurons(1));
		for (int i = 0; i < 2; i++) {
			Node.Conv2d conv = conv(2, 1, 3);
			Size2d size = new Size2d(8 + 2 * i, 8 + 2 * i);
			String name = List.of("b", "c").get(i);
			network
				.aside("w" + name,
						new Node.Conv2d(conv.weight(), conv.bias(), conv.stride(), conv.padding(), conv.dilation(),
								conv.groups(), size))
				.aside(name, neurons(1))
				.edge("input", "w" + name)
				.edge("w" + name, name);
		}
		refused(network.then("u", conv(2, 2, 1)).edge("b", "u").edge("c", "u").then("l", neurons(1)).network(),
				"u is fed [2, 6, 6] by b and [2, 8, 8] by c, one shape is expected");
	}

	@Test
	void shapesThatDoNotAddUp() {
		refused(TestNetwork.oneLayer()
			.then("v", conv(2, 2, 3))
			.then("m", neurons(1))
			.then("u", conv(2, 2, 1))
			.then("l", neurons(1))
			.edge("n", "u")
			.network(), "u is fed [2, 4, 4] by m and [2, 6, 6] by n, one shape is expected");
		refused(TestNetwork.oneLayer().then("v", conv(3, 2, 1)).then("m", neurons(1)).edge("n", "output").network(),
				"output is fed [2, 6, 6] by n and [3, 6, 6] by m, one shape is expected");
		refused(TestNetwork.from(2, 2, 2)
			.then("f", flatten())
			.then("w", linear(8, 8))
			.then("n", neurons(1))
			.then("v", linear(1, 8))
			.then("m", neurons(1))
			.edge("f", "v")
			.network(), "v is fed [8] by n and [8] by f, one shape is expected");
	}

	/** The Input has no shape, and the layers it feeds say two. */
	@Test
	void inputShapesThatDisagreeAfterASplit() {
		refused(unknown().then("w", of(new Size2d(8, 8)))
			.then("n", neurons(1))
			.aside("v", of(new Size2d(9, 8)))
			.edge("input", "v")
			.edge("v", "m")
			.aside("m", neurons(1))
			.aside("out", new Node.Output(null))
			.edge("m", "out")
			.network(), "w is of the input shape [1, 8, 8], [1, 9, 8] of v, which is fed the same, is expected");
	}

	@Test
	void outputOfTheInput() {
		refused(TestNetwork.oneLayer().edge("input", "out").aside("out", new Node.Output(null)).network(),
				"out is fed by the input itself, neurons are expected");
	}

	@Test
	void recurrence() {
		Network network = TestNetwork.oneLayer().aside("rec", linear(2, 2)).edge("n", "rec").edge("rec", "n").network();
		refused(network, "n lies on a loop", "rec lies on a loop");
	}

	@Test
	void nodeThatFeedsItselfAndLoopWithoutAWayIn() {
		refused(TestNetwork.oneLayer().edge("n", "n").network(), "n lies on a loop");
		refused(TestNetwork.oneLayer()
			.aside("a", linear(1, 1))
			.aside("b", neurons(1))
			.edge("a", "b")
			.edge("b", "a")
			.network(), "a lies on a loop", "b lies on a loop");
	}

	@Test
	void whatLiesBehindALoopIsStillChecked() {
		Node.Conv2d grouped = new Node.Conv2d(weight(2, 1, 1, 1), null, size(1), size(0), size(1), 2, null);
		refused(TestNetwork.oneLayer().edge("n", "w").then("v", grouped).then("m", neurons(1)).network(),
				"w lies on a loop", "n lies on a loop", "v has 2 groups");
	}

	@Test
	void nodesThatNothingConnects() {
		refused(TestNetwork.oneLayer().aside("lost", neurons(1)).network(), "lost is fed by nothing",
				"lost feeds nothing");
	}

	// Types

	@ParameterizedTest
	@ValueSource(strings = { "LIF", "CubaLIF", "LI", "CubaLI", "I" })
	void otherNeurons(String type) {
		refused(TestNetwork.from(1, 4, 4).then("w", conv(1, 1, 1)).then("n", new Node.Other(type)).network(),
				"n is of type " + type + ", IF is expected");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Scale", "Delay", "Threshold", "Conv1d", "Bogus" })
	void otherNodes(String type) {
		refused(TestNetwork.oneLayer().then("x", new Node.Other(type)).network(), "x is of type " + type + ", one of");
	}

	@Test
	void nodesOfAGraphInAGraph() {
		refused(TestNetwork.oneLayer()
			.then("x", new Node.Graph(TestNetwork.from(2, 6, 6).then("y", new Node.Other("LIF")).network()))
			.network(), "x.y is of type LIF, IF is expected");
		Network loop = TestNetwork.from(2, 6, 6)
			.then("v", conv(2, 2, 1))
			.then("m", neurons(1))
			.edge("m", "v")
			.network();
		refused(TestNetwork.oneLayer().then("x", new Node.Graph(loop)).network(), "x.v lies on a loop",
				"x.m lies on a loop");
	}

	@Test
	void loopThroughAGraphInAGraph() {
		Network inner = TestNetwork.from(2, 6, 6).then("v", conv(2, 2, 1)).then("m", neurons(1)).network();
		List<String> found = faults(TestNetwork.oneLayer().then("x", new Node.Graph(inner)).edge("x", "x").network())
			.stream()
			.map((fault) -> fault.name() + " " + fault.reason())
			.toList();
		assertThat(found).hasSize(4).allMatch((fault) -> fault.matches("x\\.(input|v|m|output) lies on a loop.*"));
	}

	@Test
	void graphInAGraphWithoutOneWayInAndOut() {
		Network inner = TestNetwork.from(2, 6, 6)
			.then("f", flatten())
			.then("output", new Node.Output(null))
			.aside("input2", new Node.Input(null))
			.edge("input2", "f")
			.asItIs();
		assertThat(faults(TestNetwork.oneLayer().then("x", new Node.Graph(inner)).network()))
			.anyMatch((fault) -> fault.toString().startsWith("node x: is a graph with 2 nodes of type Input, 1 is"));
		assertThat(faults(TestNetwork.oneLayer().then("x", new Node.Graph(new Network(Map.of(), List.of()))).network()))
			.anyMatch((fault) -> fault.toString().startsWith("node x: is a graph with 0 nodes of type Output, 1 is"));
	}

	@Test
	void inputOfAGraphInAGraphThatSaysItIsGivenAnotherShape() {
		refused(TestNetwork.oneLayer()
			.then("x", new Node.Graph(TestNetwork.from(2, 6, 5).then("p", sum(2)).network()))
			.network(), "x.input says it is given [2, 6, 5], [2, 6, 6] arrives");
	}

	@Test
	void nodesOfOneNameAreMalformed() {
		MalformedNetworkException failure = malformed(TestNetwork.oneLayer()
			.then("x", new Node.Graph(TestNetwork.from(2, 6, 6).then("p", sum(2)).network()))
			.then("x.p", sum(2))
			.network());
		assertThat(failure.cause()).isEqualTo(Cause.DUPLICATE_NAME);
		assertThat(failure).hasMessage("node x.p: is the name of two nodes, one is expected");
	}

	@Test
	void whatFollowsFromARefusedNodeIsNotRefusedAgain() {
		refused(TestNetwork.from(1, 8, 8)
			.then("w", conv(1, 1, 1))
			.then("n", new Node.Other("LIF"))
			.then("p", average(2))
			.then("f", flatten())
			.then("v", linear(1, 16))
			.then("m", neurons(1))
			.network(), "n is of type LIF");
		refused(TestNetwork.from(1, 8, 8)
			.then("w", conv(1, 3, 1))
			.then("n", neurons(1))
			.then("v", conv(1, 1, 9))
			.then("m", neurons(1))
			.then("p", sum(40))
			.then("f", flatten())
			.then("u", linear(1, 16))
			.then("l", neurons(1))
			.network(), "w has 3 input channels, 1 arrive");
	}

	// Pairing

	@Test
	void weightWithoutNeurons() {
		refused(TestNetwork.from(1, 8, 8).then("w", conv(1, 1, 1)).network(),
				"w feeds output of type Output, an IF is expected");
		refused(TestNetwork.from(1, 8, 8)
			.then("w", conv(1, 1, 1))
			.then("v", conv(1, 1, 1))
			.then("n", neurons(1))
			.network(), "w feeds v of type Conv2d, an IF is expected");
		refused(TestNetwork.from(1, 8, 8)
			.then("w", conv(1, 1, 1))
			.then("f", flatten())
			.then("v", new Node.Linear(weight(1, 64), vector(0)))
			.then("n", neurons(1))
			.network(), "w feeds v of type Affine, an IF is expected");
		refused(TestNetwork.from(1, 8, 8)
			.then("w", conv(1, 1, 1))
			.then("p", average(2))
			.then("n", neurons(1))
			.network(), "w feeds p of type AvgPool2d, an IF is expected");
		refused(TestNetwork.from(1, 8, 8).then("w", conv(1, 1, 1)).asItIs(), "null has no Output", "w feeds nothing");
	}

	@Test
	void neuronsWithoutAWeight() {
		refused(TestNetwork.from(1, 8, 8).then("n", neurons(1)).network(), "n has no weight before it",
				"null has no layer");
		refused(TestNetwork.oneLayer().then("m", neurons(1)).network(), "m is fed by neurons (n)");
		refused(TestNetwork.oneLayer().then("p", sum(2)).then("m", neurons(1)).network(), "m is fed by neurons (p)");
	}

	@Test
	void poolBeforeTheFirstWeight() {
		refused(TestNetwork.from(1, 8, 8).then("p", sum(2)).then("w", conv(1, 1, 1)).then("n", neurons(1)).network(),
				"p pools the input");
		refused(TestNetwork.from(1, 8, 8)
			.then("p", average(2))
			.then("q", average(2))
			.then("w", conv(1, 1, 1))
			.then("n", neurons(1))
			.network(), "p pools the input", "q pools the input");
	}

	// Nodes alone

	@Test
	void groupsAndDilation() {
		refused(conv2d(weight(2, 1, 3, 3), null, size(1), size(0), size(1), 2), "w has 2 groups, 1 is expected");
		refused(conv2d(weight(2, 1, 3, 3), null, size(1), size(0), new Size2d(1, 2), 1),
				"w has a dilation of 1x2, 1x1 is expected");
	}

	@Test
	void kernelThatIsNotSquare() {
		refused(conv2d(weight(2, 1, 3, 1), null, size(1), size(0), size(1), 1), "w has a kernel of 3x1, a square one");
	}

	@Test
	void strideAndPaddingThatNobodyHas() {
		refused(conv2d(weight(2, 1, 3, 3), null, new Size2d(1, 0), new Size2d(-1, 0), size(1), 1),
				"w has a stride of 1x0", "w has a padding of -1x0");
	}

	@Test
	void paddingSameOfAnEvenKernelOrWithAStride() {
		refused(conv2d(weight(2, 1, 2, 2), null, size(1), null, size(1), 1), "w has padding same with a kernel of 2x2");
		refused(conv2d(weight(2, 1, 3, 3), null, new Size2d(1, 2), null, size(1), 1),
				"w has padding same with a stride of 1x2");
	}

	@Test
	void severalReasonsOfOneNodeAtOnce() {
		refused(conv2d(weight(2, 1, 2, 4), vector(1), size(2), null, size(3), 4), "w its bias has shape [1], [2]",
				"w has 4 groups", "w has a dilation of 3x3", "w has a kernel of 2x4",
				"w has padding same with a kernel of 2x4", "w has padding same with a stride of 2x2");
	}

	private static Network conv2d(FloatTensor weight, @Nullable FloatTensor bias, Size2d stride,
			@Nullable Size2d padding, Size2d dilation, int groups) {
		return TestNetwork.from(1, 8, 8)
			.then("w", new Node.Conv2d(weight, bias, stride, padding, dilation, groups, null))
			.then("n", neurons(1))
			.network();
	}

	@Test
	void weightsOfAnotherRankOrWithoutElements() {
		refused(conv2d(weight(2, 1, 3), null, size(1), size(0), size(1), 1), "w its weight has shape [2, 1, 3], 4 dim");
		refused(conv2d(weight(2, 0, 3, 3), null, size(1), size(0), size(1), 1),
				"w its weight of shape [2, 0, 3, 3] has no");
		refused(TestNetwork.from(3).then("w", new Node.Linear(weight(3, 3, 1), null)).then("n", neurons(1)).network(),
				"w its weight has shape [3, 3, 1], 2 dim");
		refused(TestNetwork.from(3).then("w", new Node.Linear(weight(0, 3), null)).then("n", neurons(1)).network(),
				"w its weight of shape [0, 3] has no");
		refused(TestNetwork.from(3)
			.then("w", new Node.Linear(FloatTensor.scalar(1), vector(1)))
			.then("n", neurons(1))
			.network(), "w its weight has shape [], 2 dim");
	}

	@Test
	void biasOfAnotherShape() {
		refused(TestNetwork.from(3)
			.then("w", new Node.Linear(weight(2, 3), FloatTensor.of(Shape.of(1, 2), 0, 0)))
			.then("n", neurons(1))
			.network(), "w its bias has shape [1, 2], [2] is expected");
	}

	@Test
	void poolsThatTheChipDoesNotHave() {
		refused(pool(new Node.Pool2d(true, size(2), new Size2d(2, 1), size(0))), "p has a stride of 2x1, that of its");
		refused(pool(new Node.Pool2d(false, size(2), size(2), new Size2d(0, 1))), "p has a padding of 0x1");
		refused(pool(new Node.Pool2d(true, new Size2d(1, 2), new Size2d(1, 2), size(0))),
				"p has a kernel of 1x2, a sq");
		refused(pool(new Node.Pool2d(true, size(0), size(0), size(0))), "p has a kernel of 0x0, at least 1x1");
		refused(pool(new Node.Pool2d(true, size(3), size(2), size(1))), "p has a stride of 2x2", "p has a padding");
	}

	private static Network pool(Node.Pool2d pool) {
		return TestNetwork.oneLayer().then("p", pool).then("v", conv(1, 2, 1)).then("m", neurons(1)).network();
	}

	// Neurons

	@Test
	void thresholdsThatDifferAreRefusedWithTheirSpread() {
		refused(with(new Node.IntegrateAndFire(ONE, vector(1, 0.5f, 2), null)),
				"n v_threshold has values from 0.5 to 2.0, all equal is expected");
	}

	@Test
	void valuesThatAreNotThere() {
		refused(with(new Node.IntegrateAndFire(vector(), vector(), vector())), "n v_threshold of shape [0] has no",
				"n r of shape [0] has no", "n v_reset of shape [0] has no");
	}

	@Test
	void resistanceOtherThanOne() {
		refused(with(new Node.IntegrateAndFire(vector(2, 2), ONE, null)), "n r is 2.0, 1.0 is expected");
		refused(with(new Node.IntegrateAndFire(vector(10000), ONE, null)),
				"n r is 10000.0, 1.0 is expected: the chip adds its input as it is; SpikingJelly writes r = 1/dt, "
						+ "10000 by default, so export with export_to_nir(..., dt=1)");
		refused(with(new Node.IntegrateAndFire(vector(1, 3), ONE, null)), "n r has values from 1.0 to 3.0, 1.0 is");
		refused(with(new Node.IntegrateAndFire(vector(Float.NaN), ONE, null)), "n r is NaN, 1.0 is expected");
	}

	@Test
	void resetOtherThanZero() {
		refused(with(new Node.IntegrateAndFire(ONE, ONE, vector(-0.5f))), "n v_reset is -0.5, 0.0 is expected");
		refused(with(new Node.IntegrateAndFire(ONE, ONE, vector(0, -1))), "n v_reset has values from -1.0 to 0.0");
	}

	/** For the arithmetic, which names the element. */
	@Test
	void thresholdThatIsNotFiniteIsLeftToTheArithmetic() {
		assertThat(Plan.of(with(neurons(1, Float.NaN))).layers()).hasSize(1);
		assertThat(Plan.of(with(neurons(1, Float.POSITIVE_INFINITY))).layers()).hasSize(1);
	}

	private static Network with(Node.IntegrateAndFire neurons) {
		return TestNetwork.from(3).then("w", linear(2, 3)).then("n", neurons).network();
	}

	// Shapes that do not fit

	@Test
	void convolutionOfOtherChannels() {
		refused(TestNetwork.oneLayer().then("v", conv(1, 3, 1)).then("m", neurons(1)).network(),
				"v has 3 input channels, 2 arrive ([2, 6, 6])");
	}

	@Test
	void convolutionOfAVector() {
		refused(TestNetwork.from(9).then("w", conv(1, 9, 1)).then("n", neurons(1)).network(),
				"w is given one dimension, [9]");
		refused(TestNetwork.oneLayer().then("f", flatten()).then("v", conv(1, 2, 1)).then("m", neurons(1)).network(),
				"v is given one dimension, [72]");
	}

	@Test
	void convolutionThatSaysItIsGivenAnotherSize() {
		refused(TestNetwork.from(1, 8, 8).then("w", of(new Size2d(8, 9))).then("n", neurons(1)).network(),
				"w says it is given images of 8x9, 8x8 arrives");
		refused(unknown().then("w", of(new Size2d(0, 9))).then("n", neurons(1)).network(),
				"w says it is given images of 0x9, at least 1x1");
	}

	private static Node.Conv2d of(Size2d inputSize) {
		return new Node.Conv2d(weight(1, 1, 1, 1), null, size(1), size(0), size(1), 1, inputSize);
	}

	private static TestNetwork unknown() {
		return new TestNetwork().then("input", new Node.Input(null));
	}

	@ParameterizedTest
	@CsvSource({ "2, 9", "9, 2" })
	void kernelLargerThanTheImage(int height, int width) {
		refused(TestNetwork.from(1, height, width).then("w", conv(1, 1, 3)).then("n", neurons(1)).network(),
				"w has a kernel of 3x3, no larger one than the " + height + "x" + width);
		assertThat(Plan.of(TestNetwork.from(1, 3, 3).then("w", conv(1, 1, 3)).then("n", neurons(1)).network()).layers())
			.hasSize(1);
	}

	@ParameterizedTest
	@CsvSource({ "2, 9", "9, 2" })
	void poolLargerThanTheImage(int height, int width) {
		Network network = TestNetwork.from(1, height, width)
			.then("w", conv(1, 1, 1))
			.then("n", neurons(1))
			.then("p", sum(3))
			.network();
		refused(network, "p has a kernel of 3x3, no larger one than the " + height + "x" + width);
	}

	@Test
	void poolOfAVector() {
		refused(TestNetwork.from(9).then("w", linear(9, 9)).then("n", neurons(1)).then("p", sum(1)).network(),
				"p is given one dimension, [9]");
	}

	@Test
	void linearOfOtherInputs() {
		refused(TestNetwork.from(9).then("w", linear(1, 8)).then("n", neurons(1)).network(),
				"w has 8 inputs, 9 arrive ([9, 1, 1])");
		refused(TestNetwork.oneLayer().then("f", flatten()).then("v", linear(1, 70)).then("m", neurons(1)).network(),
				"v has 70 inputs, 72 arrive ([2, 6, 6])");
	}

	@Test
	void linearOfAnImage() {
		refused(TestNetwork.oneLayer().then("v", linear(1, 72)).then("m", neurons(1)).network(),
				"v is given an image, [2, 6, 6], a Flatten");
	}

	@Test
	void linearOfAnImageThatIsNotSquare() {
		refused(TestNetwork.from(2, 3, 4).then("f", flatten()).then("w", linear(1, 24)).then("n", neurons(1)).network(),
				"w needs a kernel of 3x4");
	}

	@Test
	void linearOfAnImageOfUnknownSize() {
		refused(unknown().then("w", conv(2, 1, 3))
			.then("n", neurons(1))
			.then("f", flatten())
			.then("v", linear(1, 8))
			.then("m", neurons(1))
			.network(), "v is given [2, ?, ?], sizes are expected");
	}

	@ParameterizedTest
	@CsvSource({ "1, -1", "0, 1", "1, 2", "0, 0", "0, 3", "-4, -1", "0, -4" })
	void flattenOfSomeDimensions(int start, int end) {
		refused(TestNetwork.oneLayer()
			.then("f", new Node.Flatten(start, end, null))
			.then("v", linear(1, 72))
			.then("m", neurons(1))
			.network(), "f flattens dimensions " + start + " to " + end + " of [2, 6, 6]");
	}

	@Test
	void flattenThatSaysItIsGivenAnotherShape() {
		refused(flattenOf(Shape.of(2, 6, 5)), "f says it is given [2, 6, 5], [2, 6, 6] arrives");
		refused(flattenOf(Shape.of(72)), "f says it is given [72], [2, 6, 6] arrives");
		refused(flattenOf(Shape.of(1, 2, 6, 6)), "f its input_type is [1, 2, 6, 6]");
		refused(unknown().then("w", conv(2, 1, 3))
			.then("n", neurons(1))
			.then("f", new Node.Flatten(0, -1, Shape.of(3, 6, 6)))
			.network(), "f says it is given [3, 6, 6], [2, ?, ?] arrives");
	}

	private static Network flattenOf(Shape shape) {
		return TestNetwork.oneLayer().then("f", new Node.Flatten(0, -1, shape)).network();
	}

	@Test
	void sizesThatNoTensorHas() {
		int huge = 1 << 30;
		Node.Conv2d padded = new Node.Conv2d(weight(1, 1, 1, 1), null, size(1), new Size2d(huge, 0), size(1), 1, null);
		refused(TestNetwork.from(1, 1, 1).then("w", padded).then("n", neurons(1)).network(),
				"w would have 2147483649x1");
		Node.Conv2d wide = new Node.Conv2d(weight(2, 1, 1, 1), null, size(1), new Size2d(huge / 2, 0), size(1), 1,
				null);
		refused(TestNetwork.from(1, 1, 1).then("w", wide).then("n", neurons(1)).network(),
				"w would have 2 channels of");
		refused(unknown().then("w", of(new Size2d(huge, 3))).then("n", neurons(1)).network(),
				"w would have 1 channels of 1073741824x3");
	}

	@Test
	void whatFollowsFromARefusedPoolIsNotRefusedAgain() {
		refused(TestNetwork.from(9)
			.then("w", linear(9, 9))
			.then("n", neurons(1))
			.then("p", sum(1))
			.then("q", sum(1))
			.then("f", flatten())
			.then("v", linear(3, 2))
			.then("m", neurons(1))
			.network(), "p is given one dimension, [9]");
		refused(TestNetwork.oneLayer()
			.then("p", sum(7))
			.then("q", sum(7))
			.then("v", conv(1, 5, 1))
			.then("m", neurons(1))
			.network(), "p has a kernel of 7x7, no larger");
	}

	@Test
	void flattenOfSomeDimensionsOfNobodyKnowsWhat() {
		refused(unknown().then("f", new Node.Flatten(1, 2, null))
			.then("w", linear(1, 1))
			.then("n", neurons(1))
			.network(), "f flattens dimensions 1 to 2 of [?]");
	}

	@Test
	void messageSpellsOutTheFirstTenOfMany() {
		TestNetwork ten = TestNetwork.oneLayer();
		for (int i = 0; i < 10; i++) {
			ten.then("x" + i, new Node.Other("Delay"));
		}
		assertThat(failure(ten.network())).hasMessageContaining("node x9: ").hasMessageNotContaining("more");
		TestNetwork network = TestNetwork.oneLayer();
		for (int i = 0; i < 12; i++) {
			network.then("x" + i, new Node.Other("Delay"));
		}
		UnsupportedNetworkException failure = failure(network.network());
		assertThat(failure.faults()).hasSize(12);
		assertThat(failure).hasMessageStartingWith("node x0: is of type Delay, ")
			.hasMessageContaining("node x9: ")
			.hasMessageEndingWith("; and 2 more")
			.hasMessageNotContaining("x10");
	}

	/** There are 2^40 paths from the inputs to the end, none of which is followed. */
	@Test
	void namesAFaultOnceHoweverManyPathsLeadToIt() {
		TestNetwork network = TestNetwork.from(8).aside("other", new Node.Input(Shape.of(8)));
		network.aside("f0", flatten()).edge("input", "f0").edge("other", "f0");
		for (int i = 0; i < 40; i++) {
			String next = "f" + (i + 1);
			network.aside("l" + i, flatten()).edge("f" + i, "l" + i);
			network.aside("r" + i, flatten()).edge("f" + i, "r" + i);
			network.aside(next, flatten()).edge("l" + i, next).edge("r" + i, next);
		}
		network.aside("w", linear(2, 8)).edge("f40", "w").aside("n", neurons(1)).edge("w", "n");
		network.aside("end", new Node.Output(null)).edge("n", "end");
		refused(network.asItIs(), "input is one of 2 nodes", "other is one of 2 nodes");
	}

	private static UnsupportedNetworkException failure(Network network) {
		UnsupportedNetworkException failure = catchThrowableOfType(UnsupportedNetworkException.class,
				() -> Plan.of(network));
		assertThat(failure).isNotNull();
		return failure;
	}

	private static List<NetworkFault> faults(Network network) {
		return failure(network).faults();
	}

	/** Each fault is the node's name, a blank, and how its reason begins. */
	private static void refused(Network network, String... expected) {
		List<String> found = faults(network).stream().map((fault) -> fault.name() + " " + fault.reason()).toList();
		assertThat(found).hasSize(expected.length);
		for (String start : expected) {
			assertThat(found).anyMatch((fault) -> fault.startsWith(start));
		}
	}

}
