import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

/**
 * Times one server at one work with a number of clients, in blocks that alternate with those of other servers.
 */
final class Timing implements AutoCloseable {

	private final Server server;

	private final Work work;

	private final ByteBuffer request;

	private final List<Client> clients = new ArrayList<>();

	private final ExecutorService threads;

	/** Nanoseconds of every request, block by block, each in ascending order. */
	private final List<long[]> blocks = new ArrayList<>();

	private long elapsed;

	private long lastElapsed;

	private long peak;

	Timing(Server server, Work work, int clients) throws IOException {
		this.server = server;
		this.work = work;
		this.request = work.request(server);
		this.threads = Executors.newFixedThreadPool(clients);
		for (int i = 0; i < clients; i++) {
			this.clients.add(new Client(server.port()));
		}
	}

	Server server() {
		return this.server;
	}

	/**
	 * Sends requests for a duration without recording their times. If these are fewer than required, which would leave
	 * code uncompiled, continues for at most four times as long.
	 * @param nanos the duration
	 * @param requests number of requests required
	 */
	void warm(long nanos, int requests) throws Exception {
		long end = System.nanoTime() + 4 * nanos;
		int sent = block(nanos).length;
		while (sent < requests && System.nanoTime() < end) {
			sent += block(nanos / 4).length;
		}
	}

	/** Sends requests for a duration and records the time of each. */
	void measure(long nanos) throws Exception {
		this.blocks.add(block(nanos));
		this.elapsed += this.lastElapsed;
		this.peak = this.server.peak();
	}

	private long[] block(long nanos) throws Exception {
		for (Client client : this.clients) {
			client.refresh();
		}
		long end = System.nanoTime() + nanos;
		List<Callable<long[]>> tasks = new ArrayList<>();
		this.clients.forEach((client) -> tasks.add(() -> send(client, end)));
		long start = System.nanoTime();
		LongStream all = LongStream.empty();
		for (Future<long[]> done : this.threads.invokeAll(tasks)) {
			try {
				all = LongStream.concat(all, Arrays.stream(done.get()));
			}
			catch (ExecutionException ex) {
				throw new IOException(this.server.name() + ", " + this.work.name() + ": " + ex.getCause(), ex);
			}
		}
		this.lastElapsed = System.nanoTime() - start;
		return all.sorted().toArray();
	}

	private long[] send(Client client, long end) throws IOException {
		long[] nanos = new long[64];
		int count = 0;
		long now = System.nanoTime();
		do {
			long start = now;
			client.exchange(this.request, null);
			now = System.nanoTime();
			if (count == nanos.length) {
				nanos = Arrays.copyOf(nanos, 2 * count);
			}
			nanos[count++] = now - start;
		}
		while (now < end);
		return Arrays.copyOf(nanos, count);
	}

	/** Milliseconds within which a share of all requests was answered. */
	double quantile(double share) {
		long[] all = this.blocks.stream().flatMapToLong(Arrays::stream).sorted().toArray();
		return quantile(all, share);
	}

	private static double quantile(long[] ascending, double share) {
		return ascending[(int) Math.ceil(share * ascending.length) - 1] / 1e6;
	}

	double requestsPerSecond() {
		return this.blocks.stream().mapToInt((block) -> block.length).sum() / (this.elapsed / 1e9);
	}

	/** Millions of bytes of request bodies. */
	double megabytesPerSecond() {
		return requestsPerSecond() * this.work.bytes() / 1e6;
	}

	/** Largest resident memory of the server, in MiB. */
	double peak() {
		return this.peak / (double) (1 << 20);
	}

	/** The median over the rounds of the ratio between the median times of this and the other's block. */
	double times(Timing other) {
		double[] times = new double[this.blocks.size()];
		for (int i = 0; i < times.length; i++) {
			times[i] = quantile(this.blocks.get(i), 0.5) / quantile(other.blocks.get(i), 0.5);
		}
		Arrays.sort(times);
		int middle = times.length / 2;
		return (times.length % 2 == 1) ? times[middle] : (times[middle - 1] + times[middle]) / 2;
	}

	@Override
	public void close() throws IOException {
		this.threads.shutdown();
		for (Client client : this.clients) {
			client.close();
		}
	}

}
