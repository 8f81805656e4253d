package dev.discretizer.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class KeyFileTests {

	private final AtomicLong now = new AtomicLong();

	private final Path directory;

	private final Path file;

	KeyFileTests(@TempDir Path directory) {
		this.directory = directory;
		this.file = directory.resolve("keys");
	}

	@Test
	void changeHoldsASecondLater() throws IOException {
		write("old");
		KeyFile keys = open();
		write("new");
		assertThat(ids(keys)).containsExactly("old");
		this.now.addAndGet(TimeUnit.MILLISECONDS.toNanos(999));
		assertThat(ids(keys)).containsExactly("old");
		pass();
		assertThat(ids(keys)).containsExactly("new");
	}

	@Test
	void changeOfTheSameLengthAtTheSameTimeIsSeen() throws IOException {
		write("aaa");
		KeyFile keys = open();
		var time = Files.getLastModifiedTime(this.file);
		write("bbb");
		Files.setLastModifiedTime(this.file, time);
		pass();
		assertThat(ids(keys)).containsExactly("bbb");
	}

	/** How Kubernetes changes a mounted Secret. */
	@Test
	void swappedLinkIsFollowed() throws IOException {
		for (String version : List.of("v1", "v2")) {
			Files.createDirectory(this.directory.resolve(version));
			Files.writeString(this.directory.resolve(version).resolve("keys"), line(version));
		}
		Files.createSymbolicLink(this.directory.resolve("..data"), Path.of("v1"));
		Files.createSymbolicLink(this.file, Path.of("..data", "keys"));
		KeyFile keys = open();
		assertThat(ids(keys)).containsExactly("v1");
		Files.createSymbolicLink(this.directory.resolve("..data_tmp"), Path.of("v2"));
		Files.move(this.directory.resolve("..data_tmp"), this.directory.resolve("..data"),
				StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		pass();
		assertThat(ids(keys)).containsExactly("v2");
	}

	@Test
	void brokenFileLeavesTheOldKeysAndOneLine(CapturedOutput output) throws IOException {
		write("old");
		KeyFile keys = open();
		for (String broken : List.of("new:plain-secret", "", "# nothing\n")) {
			Files.writeString(this.file, broken);
			String before = output.getOut();
			for (int i = 0; i < 3; i++) {
				pass();
				assertThat(ids(keys)).containsExactly("old");
			}
			assertThat(output.getOut().substring(before.length())).containsOnlyOnce(" ERROR ")
				.contains("The old keys stay valid")
				.doesNotContain("plain-secret");
		}
		write("new");
		pass();
		assertThat(ids(keys)).containsExactly("new");
	}

	@Test
	void fileThatIsGoneLeavesTheOldKeysAndOneLine(CapturedOutput output) throws IOException {
		write("old");
		KeyFile keys = open();
		Files.delete(this.file);
		for (int i = 0; i < 3; i++) {
			pass();
			assertThat(ids(keys)).containsExactly("old");
		}
		assertThat(output.getOut()).containsOnlyOnce(" ERROR ");
		write("new");
		pass();
		assertThat(ids(keys)).containsExactly("new");
	}

	/** Also where it is unreadable, then broken, then unreadable again. */
	@Test
	void everyRefusedReloadHasALineOfItsOwn(CapturedOutput output) throws IOException {
		write("old");
		KeyFile keys = open();
		Files.delete(this.file);
		assertLogsOneError(keys, output, "cannot be read: NoSuchFileException");
		Files.writeString(this.file, "");
		assertLogsOneError(keys, output, "has no key");
		Files.delete(this.file);
		assertLogsOneError(keys, output, "cannot be read: NoSuchFileException");
		Files.createDirectory(this.file);
		assertLogsOneError(keys, output, "cannot be read: IOException");
		Files.delete(this.file);
		write("new");
		pass();
		assertThat(ids(keys)).containsExactly("new");
	}

	private void assertLogsOneError(KeyFile keys, CapturedOutput output, String reason) {
		String before = output.getOut();
		for (int i = 0; i < 3; i++) {
			pass();
			assertThat(ids(keys)).containsExactly("old");
		}
		assertThat(output.getOut().substring(before.length())).containsOnlyOnce(" ERROR ")
			.contains("The old keys stay valid")
			.contains(reason);
	}

	@Test
	void fileThatAnyoneCanWriteIsRefused(CapturedOutput output) throws IOException {
		write("old");
		Set<PosixFilePermission> sound = Files.getPosixFilePermissions(this.file);
		Set<PosixFilePermission> open = EnumSet.copyOf(sound);
		open.add(PosixFilePermission.OTHERS_WRITE);
		Files.setPosixFilePermissions(this.file, open);
		assertThatExceptionOfType(SettingsException.class).isThrownBy(this::open)
			.withMessageContaining("can be written by anyone");
		Files.setPosixFilePermissions(this.file, sound);
		KeyFile keys = open();
		write("new");
		Files.setPosixFilePermissions(this.file, open);
		assertLogsOneError(keys, output, "can be written by anyone");
		Files.setPosixFilePermissions(this.file, sound);
		pass();
		assertThat(ids(keys)).containsExactly("new");
	}

	@Test
	void byteOrderMarkIsSkipped() throws IOException {
		Files.writeString(this.file, "\ufeff" + line("lab"));
		assertThat(ids(open())).containsExactly("lab");
	}

	@Test
	void keysListedBesideItGoOnToHold() throws IOException {
		write("old");
		KeyFile keys = new KeyFile(this.file, ApiKeys.parseAll(List.of(line("listed")), "entry"), this.now::get);
		assertThat(ids(keys)).containsExactlyInAnyOrder("old", "listed");
		write("new");
		pass();
		assertThat(ids(keys)).containsExactlyInAnyOrder("new", "listed");
	}

	@Test
	void missingFileDoesNotStart() {
		assertThatExceptionOfType(SettingsException.class).isThrownBy(this::open)
			.withMessageContaining(this.file.toString());
	}

	@Test
	void emptyFileDoesNotStart() throws IOException {
		Files.writeString(this.file, "\n# none yet\n");
		assertThatExceptionOfType(SettingsException.class).isThrownBy(this::open).withMessageContaining("no key");
	}

	@Test
	void brokenFileDoesNotStartAndNamesTheLine() throws IOException {
		Files.writeString(this.file, line("ok") + "lab:plain-secret\n");
		assertThatExceptionOfType(SettingsException.class).isThrownBy(this::open)
			.withMessageContaining("line 2")
			.withMessageNotContaining("plain-secret");
	}

	@Test
	void endlessFileDoesNotStart() {
		assertThatExceptionOfType(SettingsException.class)
			.isThrownBy(() -> new KeyFile(Path.of("/dev/zero"), List.of(), this.now::get))
			.withMessageContaining("cannot be read");
	}

	private KeyFile open() {
		return new KeyFile(this.file, List.of(), this.now::get);
	}

	private void write(String id) throws IOException {
		Files.writeString(this.file, line(id));
	}

	private static String line(String id) {
		return "%s:%s\n".formatted(id, ApiKeysTests.hash("secret of " + id));
	}

	private void pass() {
		this.now.addAndGet(TimeUnit.MILLISECONDS.toNanos(1001));
	}

	private static List<String> ids(KeyFile keys) {
		return keys.get().stream().map(ApiKeys.Key::id).toList();
	}

}
