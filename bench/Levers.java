import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Compares settings of the service in one run: every variant is a service of its own on a loopback port, and the
 * variants are timed in turn. Ratios are relative to the first variant. Needs a JDK 25; see docs/tuning.md.
 *
 * <pre>
 * java bench/Levers.java load ROUNDS SECONDS CLIENTS SIZES VARIANT...
 * java bench/Levers.java start ROUNDS VARIANT...
 * </pre>
 *
 * load: raw float32 bodies of SIZES bytes (4096,262144) by CLIENTS connections, a block of SECONDS a variant and size,
 * ROUNDS times. start: ROUNDS starts of each variant for each kind of request, with the times to /readyz, of the first
 * request and of a warmed one. A VARIANT is "name: options of java, -jar and its arguments"; %port stands for the port,
 * and options cannot contain spaces.
 */
class Levers {

	private static final String API = "/api/v1/discretize/";

	/** Number of requests until the service counts as warmed, and of the requests after that whose median is taken. */
	private static final int WARM_UP = 2000;

	private static final int WARMED = 300;

	record Variant(String name, List<String> options) {

		static Variant of(String text) {
			int colon = text.indexOf(':');
			return new Variant(text.substring(0, colon).trim(), List.of(text.substring(colon + 1).trim().split("\\s+")));
		}

	}

	/** A whole HTTP request as bytes. */
	static byte[] request(String path, String type, byte[] body) {
		String head = "POST " + API + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type
				+ "\r\nContent-Length: " + body.length + "\r\n\r\n";
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		all.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
		all.writeBytes(body);
		return all.toByteArray();
	}

	static byte[] raw(int bytes) {
		return request("tensor?dtype=float32&shape=" + bytes / 4, "application/octet-stream", floats(bytes / 4));
	}

	/** Values between -1 and 1 without a visible pattern. */
	static float value(int i) {
		return (float) Math.sin(i * 12.9898) * 0.9f;
	}

	static byte[] floats(int count) {
		ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
		for (int i = 0; i < count; i++) {
			bytes.putFloat(value(i));
		}
		return bytes.array();
	}

	/** 64 x 64 x 3 x 3 and thresholds, 147 KiB. */
	static byte[] safetensors() {
		int count = 64 * 64 * 9;
		String header = """
				{"weight":{"dtype":"F32","shape":[64,64,3,3],"data_offsets":[0,%d]},\
				"spike_threshold":{"dtype":"F32","shape":[1],"data_offsets":[%d,%d]},\
				"min_v_mem":{"dtype":"F32","shape":[1],"data_offsets":[%d,%d]}}""".formatted(4 * count, 4 * count,
				4 * count + 4, 4 * count + 4, 4 * count + 8);
		String padded = header + " ".repeat((8 - header.length() % 8) % 8);
		ByteBuffer file = ByteBuffer.allocate(8 + padded.length() + 4 * count + 8).order(ByteOrder.LITTLE_ENDIAN);
		file.putLong(padded.length()).put(padded.getBytes(StandardCharsets.UTF_8)).put(floats(count));
		file.putFloat(1).putFloat(-1);
		return request("conv-spike", "application/vnd.safetensors", file.array());
	}

	/** A first layer, 16 x 2 x 3 x 3, with the digits of .tolist(). */
	static byte[] json() {
		int[] next = { 0 };
		String text = "{\"conv\":{\"weight\":" + nested(new int[] { 16, 2, 3, 3 }, 0, next)
				+ "},\"spike\":{\"spike_threshold\":1.0,\"min_v_mem\":-1.0}}";
		return request("conv-spike", "application/json", text.getBytes(StandardCharsets.UTF_8));
	}

	static String nested(int[] shape, int depth, int[] next) {
		if (depth == shape.length) {
			return Double.toString(value(next[0]++));
		}
		StringJoiner list = new StringJoiner(",", "[", "]");
		for (int i = 0; i < shape[depth]; i++) {
			list.add(nested(shape, depth + 1, next));
		}
		return list.toString();
	}

	/** A connection that sends whole requests and reads whole answers. */
	static final class Connection implements AutoCloseable {

		private final Socket socket;

		private final DataInputStream in;

		private final byte[] sink = new byte[256 * 1024];

		Connection(int port) throws IOException {
			this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
			this.socket.setTcpNoDelay(true);
			this.socket.setSoTimeout(60_000);
			this.in = new DataInputStream(new BufferedInputStream(this.socket.getInputStream(), 64 * 1024));
		}

		int send(byte[] request) throws IOException {
			this.socket.getOutputStream().write(request);
			String line = line();
			long length = 0;
			for (String header = line(); !header.isEmpty(); header = line()) {
				if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
					length = Long.parseLong(header.substring(15).trim());
				}
			}
			while (length > 0) {
				length -= this.in.read(this.sink, 0, (int) Math.min(length, this.sink.length));
			}
			return Integer.parseInt(line.substring(9, 12));
		}

		/** The time of one request in nanoseconds; fails unless the status is 200. */
		long time(byte[] request) throws IOException {
			long begin = System.nanoTime();
			int status = send(request);
			long end = System.nanoTime();
			if (status != 200) {
				throw new IOException("answered " + status);
			}
			return end - begin;
		}

		private String line() throws IOException {
			StringBuilder line = new StringBuilder();
			for (int c = this.in.readUnsignedByte(); c != '\n'; c = this.in.readUnsignedByte()) {
				line.append((char) c);
			}
			return line.toString().trim();
		}

		@Override
		public void close() throws IOException {
			this.socket.close();
		}

	}

	/** A running service. */
	static final class Service implements AutoCloseable {

		private static final byte[] READY = "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n"
			.getBytes(StandardCharsets.ISO_8859_1);

		private final Process process;

		private final int port;

		/** From exec to the first 200 of /readyz. */
		private final long startNanos;

		/** Processor time until then, in seconds. */
		private final double startProcessor;

		Service(Variant variant) throws IOException, InterruptedException {
			try (ServerSocket free = new ServerSocket(0)) {
				this.port = free.getLocalPort();
			}
			List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
			variant.options().forEach((option) -> command.add(option.replace("%port", Integer.toString(this.port))));
			command.addAll(List.of("--server.address=127.0.0.1", "--server.port=" + this.port,
					"--management.server.port=0", "--discretizer.shutdown.drain=0s"));
			File log = File.createTempFile("levers-", ".log");
			log.deleteOnExit();
			long begin = System.nanoTime();
			this.process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
			while (!isReady()) {
				if (!this.process.isAlive() || System.nanoTime() - begin > 180_000_000_000L) {
					this.process.destroyForcibly();
					throw new IOException(variant.name() + " does not start:\n" + Files.readString(log.toPath()));
				}
				Thread.sleep(5);
			}
			this.startNanos = System.nanoTime() - begin;
			this.startProcessor = processorTime();
		}

		private boolean isReady() {
			try (Connection connection = new Connection(this.port)) {
				return connection.send(READY) == 200;
			}
			catch (IOException ex) {
				return false;
			}
		}

		/** Processor time so far in seconds, of which proc(5) counts hundredths. */
		double processorTime() throws IOException {
			String stat = Files.readString(Path.of("/proc", Long.toString(this.process.pid()), "stat"));
			String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
			return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
		}

		/** Peak memory of the service in MiB. */
		long peak() throws IOException {
			try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(this.process.pid()), "status"))) {
				return lines.filter((line) -> line.startsWith("VmHWM:"))
					.mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
					.findFirst()
					.orElse(0);
			}
		}

		@Override
		public void close() throws InterruptedException {
			this.process.destroy();
			if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
				this.process.destroyForcibly();
			}
		}

	}

	static long median(List<Long> values) {
		long[] sorted = values.stream().mapToLong(Long::longValue).sorted().toArray();
		return sorted[sorted.length / 2];
	}

	static String load() throws IOException {
		return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
	}

	/** Times of the requests that a number of clients complete within a number of seconds. */
	static List<Long> block(ExecutorService threads, int port, byte[] request, int clients, double seconds) throws Exception {
		long end = System.nanoTime() + (long) (seconds * 1e9);
		List<Future<List<Long>>> all = new ArrayList<>();
		for (int i = 0; i < clients; i++) {
			all.add(threads.submit(() -> {
				List<Long> times = new ArrayList<>();
				try (Connection connection = new Connection(port)) {
					connection.send(request);
					do {
						times.add(connection.time(request));
					}
					while (System.nanoTime() < end);
				}
				return times;
			}));
		}
		List<Long> times = new ArrayList<>();
		for (Future<List<Long>> client : all) {
			times.addAll(client.get());
		}
		return times;
	}

	static void load(int rounds, double seconds, int clients, int[] sizes, List<Variant> variants) throws Exception {
		Map<Variant, Service> services = new LinkedHashMap<>();
		try (ExecutorService threads = Executors.newCachedThreadPool()) {
			for (Variant variant : variants) {
				services.put(variant, new Service(variant));
			}
			System.out.printf("load average %s before%n%-10s %-22s %10s %10s %10s %7s   ratio a round%n", load(), "bytes", "variant",
					"median ms", "p99 ms", "cpu ms", "ratio");
			for (int size : sizes) {
				byte[] request = raw(size);
				Map<Variant, List<Long>> times = new LinkedHashMap<>();
				Map<Variant, List<Long>> medians = new LinkedHashMap<>();
				Map<Variant, Double> processor = new LinkedHashMap<>();
				for (int round = -1; round < rounds; round++) {
					for (Variant variant : variants) {
						double before = services.get(variant).processorTime();
						List<Long> block = block(threads, services.get(variant).port, request, clients, seconds);
						if (round >= 0) {
							times.computeIfAbsent(variant, (v) -> new ArrayList<>()).addAll(block);
							processor.merge(variant, services.get(variant).processorTime() - before, Double::sum);
							medians.computeIfAbsent(variant, (v) -> new ArrayList<>()).add(median(block));
						}
					}
				}
				for (Variant variant : variants) {
					report(size, variant, times.get(variant), processor.get(variant), medians.get(variant),
							medians.get(variants.getFirst()));
				}
			}
			for (Variant variant : variants) {
				System.out.printf("peak %s: %d MiB%n", variant.name(), services.get(variant).peak());
			}
			System.out.printf("load average %s after%n", load());
		}
		finally {
			for (Service service : services.values()) {
				service.close();
			}
		}
	}

	static void report(int size, Variant variant, List<Long> times, double processor, List<Long> medians,
			List<Long> base) {
		long[] sorted = times.stream().mapToLong(Long::longValue).sorted().toArray();
		List<Long> ratios = new ArrayList<>();
		StringJoiner each = new StringJoiner(" ");
		for (int round = 0; round < medians.size(); round++) {
			double ratio = (double) medians.get(round) / base.get(round);
			ratios.add((long) (ratio * 1e6));
			each.add("%.2f".formatted(ratio));
		}
		System.out.printf("%-10d %-22s %10.3f %10.3f %10.3f %7.2f   %s%n", size, variant.name(), median(medians) / 1e6,
				sorted[sorted.length * 99 / 100] / 1e6, processor * 1000 / sorted.length, median(ratios) / 1e6, each);
	}

	static void start(int rounds, List<Variant> variants) throws Exception {
		Map<String, byte[]> kinds = new LinkedHashMap<>();
		kinds.put("JSON conv-spike", json());
		kinds.put("raw 256 KiB", raw(256 * 1024));
		kinds.put("safetensors 147 KiB", safetensors());
		Map<Variant, List<Long>> ready = new LinkedHashMap<>();
		Map<Variant, List<Long>> processor = new LinkedHashMap<>();
		Map<String, List<Long>> first = new LinkedHashMap<>();
		Map<String, List<Long>> warmed = new LinkedHashMap<>();
		System.out.printf("load average %s before%n", load());
		for (int round = 0; round < rounds; round++) {
			for (Map.Entry<String, byte[]> kind : kinds.entrySet()) {
				for (Variant variant : variants) {
					String key = variant.name() + ", " + kind.getKey();
					try (Service service = new Service(variant); Connection connection = new Connection(service.port)) {
						ready.computeIfAbsent(variant, (v) -> new ArrayList<>()).add(service.startNanos);
						processor.computeIfAbsent(variant, (v) -> new ArrayList<>()).add((long) (service.startProcessor * 1e9));
						first.computeIfAbsent(key, (k) -> new ArrayList<>()).add(connection.time(kind.getValue()));
						for (int i = 0; i < WARM_UP && round == 0; i++) {
							connection.time(kind.getValue());
						}
						for (int i = 0; i < WARMED && round == 0; i++) {
							warmed.computeIfAbsent(key, (k) -> new ArrayList<>()).add(connection.time(kind.getValue()));
						}
					}
				}
			}
		}
		ready.forEach((variant, times) -> System.out.printf("%-24s ready after %5.2f s (%s), processor time %5.2f s (%s)%n",
				variant.name(), median(times) / 1e9, seconds(times), median(processor.get(variant)) / 1e9,
				seconds(processor.get(variant))));
		first.forEach((key, times) -> {
			double warm = median(warmed.get(key));
			System.out.printf("%-44s first %7.2f ms, warmed %6.3f ms, %6.1f x%n", key, median(times) / 1e6, warm / 1e6,
					median(times) / warm);
		});
		System.out.printf("load average %s after%n", load());
	}

	static String seconds(List<Long> times) {
		return String.join(" ", times.stream().map((time) -> "%.2f".formatted(time / 1e9)).toList());
	}

	static List<Variant> variants(String[] args, int from) {
		return Stream.of(args).skip(from).map(Variant::of).toList();
	}

	public static void main(String[] args) throws Exception {
		if (args[0].equals("load")) {
			load(Integer.parseInt(args[1]), Double.parseDouble(args[2]), Integer.parseInt(args[3]),
					Arrays.stream(args[4].split(",")).mapToInt(Integer::parseInt).toArray(), variants(args, 5));
		}
		else {
			start(Integer.parseInt(args[1]), variants(args, 2));
		}
	}

}
