package dev.discretizer.web;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/**
 * The cases that sinabs itself has computed.
 */
final class Golden {

	private Golden() {
	}

	/** The cases of one of sinabs' functions. */
	static List<Json> cases(String function) {
		String name = "/golden/" + function + ".jsonl.gz";
		try (InputStream file = Objects.requireNonNull(Golden.class.getResourceAsStream(name), name);
				BufferedReader lines = new BufferedReader(
						new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8))) {
			return lines.lines().map(Json::parse).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
