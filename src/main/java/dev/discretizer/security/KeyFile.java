package dev.discretizer.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

	private static final Logger LOG = LoggerFactory.getLogger(KeyFile.class);

	private final Path path;

	private final List<ApiKeys.Key> others;

	private final LongSupplier nanoTime;

	private final ReentrantLock lock = new ReentrantLock();

	private volatile List<ApiKeys.Key> keys;

	private volatile long due;

	private byte[] last;

	private boolean readable = true;

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
		try {
			this.last = content();
		}
		catch (IOException ex) {
			throw new SettingsException("%s cannot be read: %s.".formatted(name(), reason(ex)),
					"Mount the file, or set another one; the service reads it as the user it runs as.");
		}
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
			if (!Arrays.equals(content, this.last)) {
				this.last = content;
				this.keys = parse(content);
				LOG.info("{} has changed: {} keys are valid now", name(), this.keys.size());
			}
			this.readable = true;
		}
		catch (IOException ex) {
			if (this.readable) {
				LOG.error("{} cannot be read, the old keys stay valid: {}", name(), reason(ex));
			}
			this.readable = false;
		}
		catch (SettingsException ex) {
			LOG.error("The keys have changed, but the old keys stay valid: {}", ex.getMessage());
		}
	}

	private byte[] content() throws IOException {
		try (InputStream in = Files.newInputStream(this.path)) {
			byte[] content = in.readNBytes(MOST_BYTES + 1);
			if (content.length > MOST_BYTES) {
				throw new IOException("it has more than %d bytes".formatted(MOST_BYTES));
			}
			return content;
		}
	}

	private List<ApiKeys.Key> parse(byte[] content) {
		List<String> lines = new String(content, StandardCharsets.UTF_8).lines().toList();
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

	private static String reason(IOException failure) {
		return failure.getClass().getSimpleName();
	}

}
