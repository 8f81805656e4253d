package dev.discretizer.web;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * A {@link Storm} of each kind over a service with the heap and the threads of a
 * container.
 *
 * <p>
 * {@code mvn -Pload verify -Dit.test=StormIT} goes through all sizes of bodies,
 * containers and crowds, ten times each, which takes two hours; {@code -Dstorm.runs=3}
 * runs each three times, {@code -Dstorm.heap=512} those with a heap of 512 MiB alone.
 */
class StormIT {

	private static final boolean ALL = Integer.getInteger("load.factor", 1) > 1;

	private static final int RUNS = Integer.getInteger("storm.runs", ALL ? 10 : 1);

	static Stream<Arguments> storms() {
		if (!ALL) {
			return Storm.KINDS.stream().map((kind) -> arguments(kind, 9.5, 40, 282));
		}
		List<Arguments> all = new ArrayList<>();
		int only = Integer.getInteger("storm.heap", 0);
		for (int heap : new int[] { 282, 512, 1024 }) {
			if (only != 0 && only != heap) {
				continue;
			}
			for (Storm.Kind kind : Storm.KINDS) {
				for (double mebibytes : new double[] { 9.5, 26, 65 }) {
					for (int clients : new int[] { 100, 150 }) {
						all.add(arguments(kind, mebibytes, clients, heap));
					}
				}
			}
			all.add(arguments(Storm.Kind.BOMB, 65, 150, heap));
			all.add(arguments(Storm.Kind.SLOW, 1, 690, heap));
		}
		return all.stream();
	}

	@ParameterizedTest(name = "{2} x {1} MiB of {0}, heap of {3} MiB")
	@MethodSource("storms")
	void isAnsweredWithinTheContainer(Storm.Kind kind, double mebibytes, int clients, int heap) throws Exception {
		Storm storm = new Storm(kind, mebibytes, clients);
		// What has 55 % of it as heap.
		long container = heap * 100L / 55;
		try (ServiceProcess service = ServiceProcess.start("storm-%s-%d".formatted(kind, heap), "-Xmx" + heap + "m",
				"-Ddiscretizer.limits.container=" + container + "MB")) {
			for (int run = 0; run < RUNS; run++) {
				storm.over(service, heap, container);
			}
		}
	}

}
