package dev.discretizer.codec.nir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

import dev.discretizer.codec.Encoded;
import dev.discretizer.graph.Network;
import dev.discretizer.graph.Node;
import dev.discretizer.tensor.Allowance;

/** The files that {@code src/test/python/nir_fixtures.py} makes. */
final class NirFiles {

	/** Networks of sinabs, which are not in the project. */
	static final Path REAL = Path.of("..", "shared", "data");

	private static final Path READ = Path.of("src", "test", "resources", "nir", "read");

	private NirFiles() {
	}

	/** A text file of the fixtures. */
	static String text(String name) {
		try (InputStream in = open(name)) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** A packed file of the fixtures, such as "read/gzip". */
	static byte[] bytes(String name) {
		try (InputStream in = new GZIPInputStream(open(name + ".nir.gz"))) {
			return in.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static InputStream open(String name) {
		return Objects.requireNonNull(NirFiles.class.getResourceAsStream("/nir/" + name), name);
	}

	/** The names of all files that must be read. */
	static List<String> readable() throws IOException {
		try (Stream<Path> files = Files.list(READ)) {
			return files.map((file) -> file.getFileName().toString())
				.filter((name) -> name.endsWith(".json"))
				.map((name) -> name.substring(0, name.length() - ".json".length()))
				.sorted()
				.toList();
		}
	}

	static Network read(byte[] file, Allowance allowance) throws IOException {
		return NirReader.read(new ByteArrayInputStream(file), file.length, allowance);
	}

	/** A node that must be there and of this kind. */
	static <T extends Node> T node(Network network, String name, Class<T> kind) {
		return kind.cast(Objects.requireNonNull(network.nodes().get(name), name));
	}

	static byte[] bytes(Encoded encoded) throws IOException {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		encoded.writeTo(out);
		return out.toByteArray();
	}

}
