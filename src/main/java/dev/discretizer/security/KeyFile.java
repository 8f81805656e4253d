package dev.discretizer.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.jspecify.annotations.Nullable;

/**
 * Reads keys from a file, one per line, and reads it again when it changes. Requests
 * trigger the check, at most once a second, and it compares bytes: a mounted Secret
 * changes by a swapped link, and modification times may be equal.
 *
 * <p>
 * If the file is missing or broken later, the old keys stay valid and the log says so: a
 * half-written file must not lock all clients out. Thread-safe.
 */
final class KeyFile implements Supplier<List<ApiKeys.Key>> {

	private static final Duration INTERVAL = Duration.ofSeconds(1);

	/** Ten times the size of the largest allowed number of keys. */
	private static final int MOST_BYTES = 1 << 20;

	private static final String BYTE_ORDER_MARK = "\ufeff";

	private static final Logger LOG = LoggerFactory.getLogger(KeyFile.class);

	private final Path path;

	private final List<ApiKeys.Key> others;

	private final LongSupplier nanoTime;

	private final ReentrantLock lock = new ReentrantLock();

	private volatile List<ApiKeys.Key> keys;

	private volatile long due;

	private byte[] last;

	/** Why the file was refused at the last look, or null. */
	private @Nullable String refusal;

	/**
	 * Reads the file.
	 * @param others keys that are valid besides those in the file
	 * @param nanoTime a clock such as {@link System#nanoTime()}
	 * @throws SettingsException if the file cannot be read or holds anything but keys
	 */
	KeyFile(Path path, List<ApiKeys.Key> others, LongSupplier nanoTime) {
		this.path = path;
		this.others = List.copyOf(others);
		this.nanoTime = nanoTime;
		this.due = nanoTime.getAsLong() + INTERVAL.toNanos();
		this.last = content();
		this.keys = parse(this.last);
	}

	@Override
	public List<ApiKeys.Key> get() {
		if (this.nanoTime.getAsLong() - this.due >= 0 && this.lock.tryLock()) {
			try {
				refresh();
			}
			finally {
				this.due = this.nanoTime.getAsLong() + INTERVAL.toNanos();
				this.lock.unlock();
			}
		}
		return this.keys;
	}

	private void refresh() {
		try {
			byte[] content = content();
			this.refusal = null;
			if (!Arrays.equals(content, this.last)) {
				// Before it is parsed: what is broken is refused once.
				this.last = content;
				this.keys = parse(content);
				LOG.info("{} has changed: {} keys are valid now", name(), this.keys.size());
			}
		}
		catch (SettingsException ex) {
			refuse(String.valueOf(ex.getMessage()));
		}
	}

	/** Logs a reason once, until there is another one or the file can be read again. */
	private void refuse(String reason) {
		if (!reason.equals(this.refusal)) {
			LOG.error("The old keys stay valid: {}", reason);
		}
		this.refusal = reason;
	}

	private byte[] content() {
		try (InputStream in = Files.newInputStream(this.path)) {
			byte[] content = in.readNBytes(MOST_BYTES + 1);
			if (content.length > MOST_BYTES) {
				throw new IOException("it has more than %d bytes".formatted(MOST_BYTES));
			}
			if (isWritableByAnyone()) {
				throw new SettingsException("%s can be written by anyone.".formatted(name()),
						"Take the right to write from others: chmod o-w.");
			}
			return content;
		}
		catch (IOException ex) {
			throw new SettingsException("%s cannot be read: %s.".formatted(name(), ex.getClass().getSimpleName()),
					"Mount the file, or set another one; the service reads it as the user it runs as.");
		}
	}

	/** As far as the file system knows of such rights. */
	private boolean isWritableByAnyone() throws IOException {
		PosixFileAttributeView view = Files.getFileAttributeView(this.path, PosixFileAttributeView.class);
		return view != null && view.readAttributes().permissions().contains(PosixFilePermission.OTHERS_WRITE);
	}

	private List<ApiKeys.Key> parse(byte[] content) {
		String text = new String(content, StandardCharsets.UTF_8);
		// Editors of Windows put it there.
		List<String> lines = (text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text).lines().toList();
		List<ApiKeys.Key> all = new ArrayList<>(ApiKeys.parseAll(lines, name() + ", line"));
		if (all.isEmpty()) {
			throw new SettingsException("%s has no key.".formatted(name()), "Write id:sha256-of-secret on a line.");
		}
		all.addAll(this.others);
		return List.copyOf(ApiKeys.checked(all));
	}

	private String name() {
		return "the file of keys " + this.path;
	}

}
