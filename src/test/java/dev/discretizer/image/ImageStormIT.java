package dev.discretizer.image;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import dev.discretizer.web.SizingTable;
import dev.discretizer.web.Storm;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The image in a cgroup of the sizes in {@code docs/sizing.md}, under storms of every
 * kind: the kernel kills nothing. {@code -Dload.factor=4} for all sizes.
 */
@EnabledIf(value = "dev.discretizer.image.Engine#hasImage",
		disabledReason = "no container engine with the image discretizer:test, which .ci/image.sh builds")
class ImageStormIT {

	private static final boolean ALL = Integer.getInteger("load.factor", 1) > 1;

	static Stream<SizingTable.Row> rows() throws Exception {
		return SizingTable.rows().stream().limit(ALL ? Long.MAX_VALUE : 1);
	}

	private static List<Storm> storms() throws Exception {
		if (ALL) {
			return Storm.all();
		}
		List<Storm> storms = new ArrayList<>(List.of(new Storm(Storm.Kind.BOMB, 65, 40)));
		for (Storm.Kind kind : Storm.KINDS) {
			storms.add(new Storm(kind, 9.5, 40));
		}
		return storms;
	}

	@ParameterizedTest
	@MethodSource("rows")
	void containerOfThatSizeSurvivesEveryStorm(SizingTable.Row row) throws Exception {
		long memory = (long) row.container() << 20;
		// What the image takes by itself suffices for the smallest one.
		String options = (memory == ProductionContainer.MEMORY) ? "" : "-Xmx%dm".formatted(row.heap());
		try (ProductionContainer container = new ProductionContainer(memory, options)) {
			for (Storm storm : storms()) {
				assertThat(storm.statuses(container.port()).keySet()).as("%s", storm).isSubsetOf(200, 413, 503);
				ContainerState state = container.state();
				assertThat(state.getRunning()).as(container::log).isTrue();
				assertThat(state.getOOMKilled()).isFalse();
				System.out.printf("ImageStormIT: %s in %d MiB: bytes of memory now %d, at most %s%n", storm,
						row.container(), container.memory().getUsage(), container.memory().getMaxUsage());
			}
			assertThat(container.log()).doesNotContain("OutOfMemoryError", " ERROR ");
			container.client().assertServes();
		}
	}

}
