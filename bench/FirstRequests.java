import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Times the first requests of servers, and prints Markdown: the first call of each endpoint, and the medians of each
 * thousand requests of 4 KiB on one connection. Started by {@code bench/run}, before anything else is sent to them:
 *
 * <pre>
 * java FirstRequests.java NAME:PORT:PID ...
 * </pre>
 *
 * The first server is the floor, which warms the client and is not listed. To time a server from the moment at which it
 * becomes ready, it must be started when the client is warm:
 *
 * <pre>
 * java FirstRequests.java --at-once floor:PORT:PID NAME PORT COMMAND ...
 * </pre>
 *
 * That prints one row of medians.
 */
final class FirstRequests {

	/** Requests that warm the client. */
	private static final int WARM = 20_000;

	private static final int BLOCK = 1_000;

	/** Which thousands are listed, from 1. */
	private static final int[] LISTED = { 1, 2, 3, 4, 5, 10, 15, 20 };

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	/** How long to wait between two questions whether a server is ready. */
	private static final Duration POLL = Duration.ofMillis(50);

	private static final int PROBE_MILLIS = 5_000;

	private static final String EXAMPLES = "src/main/resources/examples/";

	/** The first call of an endpoint: its path, the type of the body, and the example that is sent. */
	private record Call(String path, String mediaType, String example) {

		ByteBuffer request() throws IOException {
			byte[] body = Files.readAllBytes(Path.of(EXAMPLES + this.example));
			byte[] head = "POST /api/v1/%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
				.formatted(this.path, this.mediaType, body.length)
				.getBytes(StandardCharsets.US_ASCII);
			return ByteBuffer.allocateDirect(head.length + body.length).put(head).put(body).flip();
		}

	}

	private static final List<Call> CALLS = List.of(new Call("discretize/scalar", "application/json", "scalar-threshold.json"),
			new Call("scale", "application/json", "scale-full-layer.json"),
			new Call("discretize/tensor", "application/json", "tensor-full-layer.json"),
			new Call("discretize/conv", "application/json", "conv-first-layer.json"),
			new Call("discretize/spike", "application/json", "spike-first-layer.json"),
			new Call("discretize/conv-spike", "application/json", "conv-spike-first-layer.json"),
			new Call("discretize/conv-spike", "application/vnd.safetensors", "layer-full.safetensors"),
			new Call("discretize/network", "application/vnd.hdfgroup.hdf5", "tiny.nir"));

	private FirstRequests() {
	}

	public static void main(String[] args) throws Exception {
		Work work = Work.all().getFirst();
		if (args[0].equals("--at-once")) {
			thousands(Server.parse(args[1]), work, WARM);
			atOnce(args[2], Integer.parseInt(args[3]), List.of(args).subList(4, args.length), work);
			return;
		}
		List<Server> servers = Arrays.stream(args).map(Server::parse).toList();
		thousands(servers.getFirst(), work, WARM);
		List<Server> timed = servers.subList(1, servers.size());
		System.out.println("### First calls\n\nThe first call of each endpoint after ready, in ms, in this order.\n");
		StringBuilder rule = new StringBuilder("|---|");
		StringBuilder title = new StringBuilder("| server |");
		for (Call call : CALLS) {
			title.append(" %s, %s |".formatted(call.path.replaceFirst(".*/", ""), call.example.replaceFirst(".*\\.", "")));
			rule.append("---|");
		}
		System.out.println(title + "\n" + rule);
		for (Server server : timed) {
			if (!server.isPeer()) {
				System.out.println("| " + server.name() + " |" + calls(server));
			}
		}
		System.out.println("\n### The first thousands\n\nMedians of each thousand requests of 4 KiB raw from the first on, in us.\n");
		System.out.println("| server | 1st | 2nd | 3rd | 4th | 5th | 10th | 15th | 20th |\n|---|---|---|---|---|---|---|---|---|");
		for (Server server : timed) {
			System.out.println(row(server, work));
		}
	}

	private static String row(Server server, Work work) throws IOException {
		StringBuilder row = new StringBuilder("| " + server.name() + " |");
		List<Long> medians = thousands(server, work, LISTED[LISTED.length - 1] * BLOCK);
		for (int thousand : LISTED) {
			row.append(" %d |".formatted(medians.get(thousand - 1) / 1000));
		}
		return row.toString();
	}

	private static void atOnce(String name, int port, List<String> command, Work work) throws Exception {
		Path log = Files.createTempFile("at-once", ".log");
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
		try {
			long deadline = System.nanoTime() + PATIENCE.toNanos();
			while (!isReady(port)) {
				if (!process.isAlive() || System.nanoTime() > deadline) {
					throw new IOException(name + " did not start:\n" + Files.readString(log));
				}
				Thread.sleep(POLL);
			}
			System.out.println(row(new Server(name, port, process.pid()), work));
		}
		finally {
			process.destroy();
			process.waitFor();
			Files.delete(log);
		}
	}

	private static boolean isReady(int port) {
		try {
			HttpURLConnection probe = (HttpURLConnection) URI.create("http://127.0.0.1:%d/readyz".formatted(port)).toURL().openConnection();
			probe.setConnectTimeout(PROBE_MILLIS);
			probe.setReadTimeout(PROBE_MILLIS);
			return probe.getResponseCode() == HttpURLConnection.HTTP_OK;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static String calls(Server server) throws IOException {
		StringBuilder row = new StringBuilder();
		try (Client client = new Client(server.port())) {
			for (Call call : CALLS) {
				ByteBuffer request = call.request();
				long start = System.nanoTime();
				client.exchange(request, null);
				row.append(" %.1f |".formatted((System.nanoTime() - start) / 1e6));
			}
		}
		return row.toString();
	}

	/** The medians of each thousand requests on one connection. */
	private static List<Long> thousands(Server server, Work work, int requests) throws IOException {
		List<Long> medians = new ArrayList<>();
		ByteBuffer request = work.request(server);
		long[] nanos = new long[BLOCK];
		try (Client client = new Client(server.port())) {
			for (int i = 0; i < requests; i++) {
				long start = System.nanoTime();
				client.exchange(request, null);
				nanos[i % BLOCK] = System.nanoTime() - start;
				if (i % BLOCK == BLOCK - 1) {
					Arrays.sort(nanos);
					medians.add(nanos[BLOCK / 2]);
				}
			}
		}
		return medians;
	}

}
