package dev.discretizer.graph;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random graphs, against the definition: a vertex lies on a loop if it reaches itself.
 */
class LoopsTests {

	@Test
	void vertexLiesOnALoopIfItReachesItself() {
		int looped = 0;
		for (int seed = 0; seed < 2000; seed++) {
			Random random = new Random(seed);
			int size = 1 + random.nextInt(8);
			List<Vertex> vertices = vertices(size);
			boolean[][] reaches = new boolean[size][size];
			for (int edge = random.nextInt(2 * size); edge > 0; edge--) {
				int source = random.nextInt(size);
				int target = random.nextInt(size);
				vertices.get(source).feed(vertices.get(target));
				reaches[source][target] = true;
			}
			close(reaches);
			BitSet expected = new BitSet();
			IntStream.range(0, size).filter((v) -> reaches[v][v]).forEach(expected::set);
			assertThat(Loops.of(vertices)).as("seed %d", seed).isEqualTo(expected);
			looped += expected.cardinality();
		}
		assertThat(looped).isGreaterThan(1000);
	}

	/** Warshall's algorithm. */
	private static void close(boolean[][] reaches) {
		for (int via = 0; via < reaches.length; via++) {
			for (int from = 0; from < reaches.length; from++) {
				for (int to = 0; to < reaches.length; to++) {
					reaches[from][to] |= reaches[from][via] && reaches[via][to];
				}
			}
		}
	}

	@Test
	void loopOfAHundredThousandVerticesIsFound() {
		List<Vertex> vertices = vertices(100_000);
		for (int i = 0; i < vertices.size(); i++) {
			vertices.get(i).feed(vertices.get((i + 1) % vertices.size()));
		}
		assertThat(Loops.of(vertices).cardinality()).isEqualTo(vertices.size());
	}

	private static List<Vertex> vertices(int size) {
		List<Vertex> vertices = new ArrayList<>();
		for (int i = 0; i < size; i++) {
			vertices.add(new Vertex(i, "v" + i, new Node.Other("x"), false));
		}
		return vertices;
	}

}
