import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Times the service beside a floor, a bare Tomcat and a peer, and prints Markdown. Started by {@code bench/run}, which
 * starts the servers:
 *
 * <pre>
 * java Bench.java [--rounds=N] [--block-ms=N] [--warm-ms=N] [--clients=N,N] [--only=REGEX] NAME:PORT:PID ...
 * </pre>
 *
 * All servers get the same bytes from the same client. All are warmed with all works; then, for each work and number of
 * clients, they are warmed again and take turns, a block each, round by round. Progress goes to the error stream.
 */
final class Bench {

	/** Bytes of body in the requests whose allocations are counted, within the two bounds on their number below. */
	private static final long COUNTED_BYTES = 1L << 28;

	private static final int FEWEST_COUNTED = 8;

	private static final int MOST_COUNTED = 1000;

	/** Size in bytes from which one request runs its loops often enough for them to be compiled soon. */
	private static final int LARGE = 1 << 20;

	/** Number of requests after which smaller requests are served by compiled code. */
	private static final int WARM = 20_000;

	private int rounds = 5;

	private long block = 300_000_000;

	private long warm = 2_000_000_000;

	private List<Integer> clients = List.of(1, 16);

	private Pattern only = Pattern.compile(".*");

	private final List<Server> servers = new ArrayList<>();

	private final StringBuilder figures = new StringBuilder();

	private final StringBuilder ratios = new StringBuilder();

	private final StringBuilder goals = new StringBuilder();

	private final StringBuilder allocations = new StringBuilder();

	private Bench(String[] args) {
		for (String arg : args) {
			String value = arg.substring(arg.indexOf('=') + 1);
			switch (arg.replaceAll("=.*", "")) {
				case "--rounds" -> this.rounds = Integer.parseInt(value);
				case "--block-ms" -> this.block = Long.parseLong(value) * 1_000_000;
				case "--warm-ms" -> this.warm = Long.parseLong(value) * 1_000_000;
				case "--clients" -> this.clients = List.of(value.split(",")).stream().map(Integer::valueOf).toList();
				case "--only" -> this.only = Pattern.compile(value);
				default -> this.servers.add(Server.parse(arg));
			}
		}
	}

	public static void main(String[] args) throws Exception {
		new Bench(args).run();
	}

	private void run() throws Exception {
		List<Work> works = Work.all().stream().filter((work) -> this.only.matcher(work.name()).find()).toList();
		for (Work work : works) {
			check(work);
			warm(work);
		}
		for (Work work : works) {
			for (int count : this.clients) {
				time(work, count);
			}
			allocations(work);
		}
		print();
	}

	/** Warms every server with every work before the first is timed. */
	private void warm(Work work) throws Exception {
		System.err.printf("%s, warming%n", work.name());
		for (Server server : this.servers) {
			try (Timing timing = new Timing(server, work, 1)) {
				timing.warm(this.warm, (work.bytes() < LARGE) ? WARM : 0);
			}
		}
	}

	/** Checks that service and peer answer with the same integers, so that no wrong answer is timed. */
	private void check(Work work) throws IOException {
		Map<String, String> answers = new LinkedHashMap<>();
		for (Server server : this.servers) {
			if (server.isService() || server.isPeer()) {
				ByteArrayOutputStream answer = new ByteArrayOutputStream();
				try (Client client = new Client(server.port())) {
					client.exchange(work.request(server), answer);
				}
				answers.put(work.integers(answer.toByteArray()), server.name());
			}
		}
		if (answers.size() > 1) {
			throw new IOException("service and peer disagree at " + work.name());
		}
	}

	private void time(Work work, int count) throws Exception {
		System.err.printf("%s, %d client%s%n", work.name(), count, (count == 1) ? "" : "s");
		Map<String, Timing> timings = new LinkedHashMap<>();
		try {
			for (Server server : this.servers) {
				timings.put(server.name(), new Timing(server, work, count));
				server.resetPeak();
			}
			for (Timing timing : timings.values()) {
				timing.warm(this.warm / 4, 0);
			}
			for (int round = 0; round < this.rounds; round++) {
				for (Timing timing : timings.values()) {
					timing.measure(this.block);
				}
			}
			timings.values().forEach((timing) -> figures(work, count, timing));
			ratios(work, count, timings);
			if (count == 1) {
				goals(work, timings);
			}
		}
		finally {
			for (Timing timing : timings.values()) {
				timing.close();
			}
		}
	}

	private void figures(Work work, int count, Timing timing) {
		this.figures.append("| %s | %d | %s | %s | %s | %s | %s | %.0f |%n".formatted(work.name(), count,
				timing.server().name(), number(timing.quantile(0.5)), number(timing.quantile(0.99)),
				number(timing.megabytesPerSecond()), number(timing.requestsPerSecond()), timing.peak()));
	}

	private void ratios(Work work, int count, Map<String, Timing> timings) {
		Timing service = timings.get("service");
		if (service != null) {
			this.ratios.append("| %s | %d".formatted(work.name(), count));
			for (String name : List.of("floor", "tomcat", "peer")) {
				Timing other = timings.get(name);
				if (other == null) {
					this.ratios.append(" | | | |");
				}
				else {
					this.ratios.append(" | %s | %s | %s | %s".formatted(number(service.times(other)),
							number(service.quantile(0.99) / other.quantile(0.99)),
							number(service.requestsPerSecond() / other.requestsPerSecond()),
							number(service.peak() / other.peak())));
				}
			}
			this.ratios.append(" |\n");
		}
	}

	private void goals(Work work, Map<String, Timing> timings) {
		Timing service = timings.get("service");
		Timing floor = timings.get("floor");
		Timing peer = timings.get("peer");
		if (service != null && floor != null && work.floorGoal() > 0) {
			double times = service.times(floor);
			goal(work, "at most %s x floor".formatted(number(work.floorGoal())), times, times <= work.floorGoal());
		}
		if (service != null && peer != null && work.peerGoal() > 0) {
			double times = peer.times(service);
			goal(work, "at least %s x as fast as the peer".formatted(number(work.peerGoal())), times,
					times >= work.peerGoal());
		}
		if (service != null && work.rateGoal() > 0) {
			double rate = service.megabytesPerSecond();
			goal(work, "at least %s MB/s".formatted(number(work.rateGoal())), rate, rate >= work.rateGoal());
		}
	}

	private void goal(Work work, String goal, double measured, boolean reached) {
		this.goals
			.append("| %s | %s | %s | %s |%n".formatted(work.name(), goal, number(measured), reached ? "yes" : "**no**"));
	}

	private void allocations(Work work) throws Exception {
		for (Server server : this.servers) {
			if (server.isService()) {
				int requests = (int) Math.clamp(COUNTED_BYTES / work.bytes(), FEWEST_COUNTED, MOST_COUNTED);
				double bytes = allocated(server, work, requests);
				this.allocations
					.append("| %s | %d | %.0f | %s |%n".formatted(work.name(), work.bytes(), bytes, number(bytes / work.bytes())));
			}
		}
	}

	/** Bytes allocated by one request, without those allocated by the measurement itself. */
	private static double allocated(Server server, Work work, int requests) throws Exception {
		Server.Allocation allocation = server.allocation();
		ByteBuffer request = work.request(server);
		try (Client client = new Client(server.port())) {
			client.exchange(request, null);
			long before = allocation.bytes();
			long asked = allocation.bytes();
			for (int i = 0; i < requests; i++) {
				client.exchange(request, null);
			}
			return (allocation.bytes() - asked - (asked - before)) / (double) requests;
		}
	}

	/** Formats with three significant digits. */
	private static String number(double value) {
		return (value >= 100) ? "%.0f".formatted(value) : (value >= 10) ? "%.1f".formatted(value)
				: (value >= 1) ? "%.2f".formatted(value) : "%.3f".formatted(value);
	}

	private void print() {
		PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
		section(out, "Goals", "With one client, beside the floor and the peer; README.md says why these", "| work | goal | measured | reached |", this.goals);
		section(out, "Figures",
				"MB/s: millions of bytes of request bodies. Peak: largest resident memory of the server while it was warmed and timed, in MiB, with all processes it started; a heap that grew for earlier rows stays",
				"| work | clients | server | median ms | p99 ms | MB/s | requests/s | peak MiB |", this.figures);
		section(out, "The service as a multiple of the others",
				"Medians: the median over the rounds of the quotient of two blocks that followed each other; below 1 the service is faster. Throughput is requests/s and so MB/s, of which more is better",
				"| work | clients | floor: median | p99 | throughput | memory | tomcat: median | p99 | throughput | memory | peer: median | p99 | throughput | memory |",
				this.ratios);
		section(out, "Allocation", "Bytes that all threads of the service allocate for one request",
				"| work | body | allocated | x body |", this.allocations);
	}

	private static void section(PrintStream out, String title, String text, String head, StringBuilder rows) {
		if (!rows.isEmpty()) {
			out.printf("### %s%n%n%s.%n%n%s%n%s%n%s%n", title, text, head,
					head.replaceAll("[^|]+", "---").replaceAll("---$", ""), rows);
		}
	}

}
