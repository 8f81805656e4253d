package dev.discretizer.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The table of memory in {@code docs/sizing.md}.
 */
public final class SizingTable {

	/**
	 * A row: the container, -Xmx, usable heap, for requests, and how many of each size.
	 */
	private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) ([GM])iB " + "\\| (\\d+) ".repeat(7) + "\\|$");

	private SizingTable() {
	}

	/**
	 * A row, in MiB.
	 *
	 * @param fitting how many bodies of each size fit
	 */
	public record Row(int container, int heap, int usable, int requests, List<Integer> fitting) {
	}

	public static List<Row> rows() throws IOException {
		List<Row> rows = new ArrayList<>();
		for (MatchResult row : ROW.matcher(Files.readString(Path.of("docs", "sizing.md"))).results().toList()) {
			int unit = row.group(2).equals("G") ? 1024 : 1;
			List<Integer> numbers = IntStream.rangeClosed(3, 9)
				.mapToObj((group) -> Integer.valueOf(row.group(group)))
				.toList();
			rows.add(new Row(Integer.parseInt(row.group(1)) * unit, numbers.get(0), numbers.get(1), numbers.get(2),
					numbers.subList(3, 7)));
		}
		assertThat(rows).hasSize(5);
		return rows;
	}

}
