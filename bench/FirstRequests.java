import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Times the first requests of servers that have just become ready, and prints Markdown: the first call of each endpoint,
 * and the medians of each thousand requests of 4 KiB on one connection. Started by {@code bench/run}, before anything
 * else is sent to them:
 *
 * <pre>
 * java FirstRequests.java NAME:PORT:PID ...
 * </pre>
 *
 * The first server is the floor, which warms the client and is not listed.
 */
final class FirstRequests {

	/** Requests that warm the client. */
	private static final int WARM = 20_000;

	private static final int BLOCK = 1_000;

	/** Which thousands are listed, from 1. */
	private static final int[] LISTED = { 1, 2, 3, 4, 5, 10, 15, 20 };

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

	public static void main(String[] args) throws IOException {
		List<Server> servers = Arrays.stream(args).map(Server::parse).toList();
		Work work = Work.all().getFirst();
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
			StringBuilder row = new StringBuilder("| " + server.name() + " |");
			List<Long> medians = thousands(server, work, LISTED[LISTED.length - 1] * BLOCK);
			for (int thousand : LISTED) {
				row.append(" %d |".formatted(medians.get(thousand - 1) / 1000));
			}
			System.out.println(row);
		}
		System.out.println();
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
