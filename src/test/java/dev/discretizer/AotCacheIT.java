package dev.discretizer;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The AOT cache that the build trains: {@code jvm.options} names it, Java takes it for
 * the packaged jar, and starts without it, and without a word, where it does not fit. The
 * cache is checked before any class of the jar is looked at, so it suffices to ask for
 * the version.
 */
@EnabledIf(value = "isTrained", disabledReason = "the build has trained no cache, as with -Dexec.skip")
class AotCacheIT {

	private static final Path CACHE = Path.of("target", "discretizer.aot");

	/** What a run of Java printed, and its exit code. */
	private record Run(int code, String output) {
	}

	@TempDir
	private Path directory;

	private Path jar;

	private Run expected;

	static boolean isTrained() {
		return Files.exists(CACHE);
	}

	@BeforeEach
	void askForTheVersion() throws Exception {
		try (Stream<Path> files = Files.list(Path.of("target"))) {
			this.jar = files.filter((file) -> file.getFileName().toString().matches("discretizer-[0-9.]+\\.jar"))
				.findFirst()
				.orElseThrow();
		}
		this.expected = java(this.jar);
		assertThat(this.expected.code()).isZero();
	}

	@Test
	void isTakenForThePackagedJar() throws Exception {
		assertThat(java(this.jar, "@jvm.options", "-XX:AOTMode=on")).isEqualTo(this.expected);
	}

	@Test
	void isDispensableWhereItIsMissing() throws Exception {
		assertIsLeft(this.jar, this.directory.resolve("missing.aot"));
	}

	@Test
	void isLeftWhereItIsBroken() throws Exception {
		assertIsLeft(this.jar, Files.write(this.directory.resolve("text.aot"), new byte[1 << 16]));
		Path cut = Files.copy(CACHE, this.directory.resolve("cut.aot"));
		try (SeekableByteChannel channel = Files.newByteChannel(cut, StandardOpenOption.WRITE)) {
			channel.truncate(Files.size(CACHE) / 2);
		}
		assertIsLeft(this.jar, cut);
	}

	@Test
	void isLeftWhereItIsThatOfAnotherJar() throws Exception {
		assertIsLeft(Files.copy(this.jar, this.directory.resolve("copied-later.jar")), CACHE);
	}

	private void assertIsLeft(Path jar, Path cache) throws Exception {
		assertThat(java(jar, "@jvm.options", "-XX:AOTCache=" + cache)).isEqualTo(this.expected);
		assertThat(java(jar, "@jvm.options", "-XX:AOTCache=" + cache, "-XX:AOTMode=on").code())
			.as("Java uses a cache that should not fit")
			.isNotZero();
	}

	/** The version tells whether classes are shared, which is no difference here. */
	private static Run java(Path jar, String... options) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
		command.addAll(List.of(options));
		command.addAll(List.of("-cp", jar.toString(), "-version"));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		return new Run(process.waitFor(), output.replace(", sharing", ""));
	}

}
