package dev.discretizer.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.discretizer.DiscretizerApplication;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The service in a process of its own, as it is packaged, with the heap and the collector
 * that a test gives it, so that the memory of the test's clients is not its own.
 */
final class ServiceProcess implements AutoCloseable {

	/** For a start too, on a machine that does much else. */
	private static final Duration PATIENCE = Duration.ofSeconds(180);

	/** The JVM's options of a packaged service, where there are any. */
	private static final Path OPTIONS = Path.of("jvm.options");

	private static final Path LOGS = Path.of("target", "load");

	/**
	 * The packaged service, where the build names it, which starts with its AOT cache.
	 */
	private static final String JAR = System.getProperty("service.jar", "");

	/** The start, what is committed, and the end of a generation. */
	private static final Pattern GENERATION = Pattern
		.compile("(?:PSYoungGen|ParOldGen).*\\[0x([0-9a-f]+), 0x[0-9a-f]+, 0x([0-9a-f]+)\\)");

	private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-[0-9a-f]+ ");

	private final Process process;

	private final int port;

	private final int managementPort;

	private final Path log;

	private ServiceProcess(Process process, int port, int managementPort, Path log) {
		this.process = process;
		this.port = port;
		this.managementPort = managementPort;
		this.log = log;
	}

	/**
	 * Starts the service and waits until it is ready.
	 * @param name of its log file
	 * @param options of its JVM, which outdo those of the file
	 */
	static ServiceProcess start(String name, String... options) throws Exception {
		int[] ports = Balancer.freePorts(2);
		return start(name, ports[0], ports[1], options);
	}

	/**
	 * Starts the service on ports of the test's choice and waits until it is ready.
	 */
	static ServiceProcess start(String name, int port, int managementPort, String... options) throws Exception {
		Files.createDirectories(LOGS);
		Path log = LOGS.resolve(name + ".log");
		List<String> command = new ArrayList<>(List.of(java("java")));
		if (Files.exists(OPTIONS)) {
			command.add("@" + OPTIONS);
		}
		// Hundreds of thousands of lines otherwise.
		command.add("-Ddiscretizer.log.requests=false");
		// As in the image and the chart.
		command.add("-Ddiscretizer.warm-up.time=750ms");
		command.addAll(Arrays.asList(options));
		command.addAll(List.of(System.getProperty("load.jvm", "").split(" ")));
		command.removeIf(String::isBlank);
		command.addAll(JAR.isEmpty() ? List.of("-cp", classpath(), DiscretizerApplication.class.getName())
				: List.of("-jar", JAR));
		command.addAll(List.of("--server.port=" + port, "--management.server.port=" + managementPort));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
		ServiceProcess service = new ServiceProcess(process, port, managementPort, log);
		try {
			service.awaitReady();
		}
		catch (Exception | AssertionError ex) {
			service.close();
			throw ex;
		}
		return service;
	}

	private static String java(String tool) {
		return Path.of(System.getProperty("java.home"), "bin", tool).toString();
	}

	/** Without the tests' own classes, which are no part of the service. */
	private static String classpath() {
		String separator = System.getProperty("path.separator");
		String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		return Arrays.stream(all.split(separator))
			.filter((entry) -> !entry.contains("test-classes"))
			.collect(Collectors.joining(separator));
	}

	private void awaitReady() throws Exception {
		Traffic.until(PATIENCE, "ready", () -> {
			assertThat(this.process.isAlive()).as(this::log).isTrue();
			try {
				return client().send(client().at("/readyz")).status() == 200;
			}
			catch (UncheckedIOException ex) {
				return false;
			}
		});
		for (int i = 0; i < 50; i++) {
			client().assertServes();
		}
	}

	int port() {
		return this.port;
	}

	Client client() {
		return new Client(this.port);
	}

	/** Bytes of heap that are in use after a collection. */
	long heap() throws Exception {
		jcmd("GC.run");
		return (long) metric("jvm.memory.used?tag=area:heap");
	}

	private String jcmd(String command) throws Exception {
		Process jcmd = new ProcessBuilder(java("jcmd"), Long.toString(this.process.pid()), command)
			.redirectErrorStream(true)
			.start();
		String text = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(jcmd.waitFor()).as(text).isZero();
		return text;
	}

	/**
	 * Bytes of anonymous memory outside of the heap, as Linux counts them. The parallel
	 * collector tells where its generations begin and end.
	 */
	long outside() throws Exception {
		long low = Long.MAX_VALUE;
		long high = 0;
		for (MatchResult bounds : GENERATION.matcher(jcmd("GC.heap_info")).results().toList()) {
			low = Math.min(low, Long.parseUnsignedLong(bounds.group(1), 16));
			high = Math.max(high, Long.parseUnsignedLong(bounds.group(2), 16));
		}
		assertThat(high).as("the heap's end").isPositive();
		long kibibytes = 0;
		boolean isHeap = false;
		for (String line : Files.readAllLines(Path.of("/proc", Long.toString(this.process.pid()), "smaps"))) {
			Matcher mapping = MAPPING.matcher(line);
			if (mapping.lookingAt()) {
				long start = Long.parseUnsignedLong(mapping.group(1), 16);
				isHeap = start >= low && start < high;
			}
			else if (!isHeap && line.startsWith("Anonymous:")) {
				kibibytes += Long.parseLong(line.replaceAll("\\D+", ""));
			}
		}
		return 1024 * kibibytes;
	}

	/** Bytes of memory that the process has, as Linux counts them. */
	long resident() throws IOException {
		String status = Files.readString(Path.of("/proc", Long.toString(this.process.pid()), "status"));
		return 1024 * Long.parseLong(status.replaceAll("(?s).*VmRSS:\\s*(\\d+).*", "$1"));
	}

	/** Bytes of memory that the process has and no file backs, as Linux counts them. */
	long anonymous() throws IOException {
		String status = Files.readString(Path.of("/proc", Long.toString(this.process.pid()), "status"));
		return 1024 * Long.parseLong(status.replaceAll("(?s).*RssAnon:\\s*(\\d+).*", "$1"));
	}

	/** A metric of the actuator. */
	double metric(String name) {
		Client management = new Client(this.managementPort);
		String text = management.send(management.at("/actuator/metrics/" + name)).text();
		return Double.parseDouble(text.replaceAll("(?s).*\"value\":([-+.0-9eE]+).*", "$1"));
	}

	/** Waits until nobody holds any of the budget. */
	void awaitAllGivenBack() {
		Traffic.until(PATIENCE, "given back", () -> metric("discretizer.memory.used") == 0);
		assertThat(metric("discretizer.memory.waiting")).isZero();
	}

	/** Checks that the service is alive and has not complained. */
	void assertSound() {
		assertThat(this.process.isAlive()).as(this::log).isTrue();
		assertThat(log()).doesNotContain("OutOfMemoryError", " ERROR ", "Too many open files");
	}

	String log() {
		try {
			return Files.readString(this.log, StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Sends SIGTERM. */
	void terminate() {
		this.process.destroy();
	}

	/** Waits for the end of the process. */
	int exitCode() throws InterruptedException {
		assertThat(this.process.waitFor(60, TimeUnit.SECONDS)).as("stopped").isTrue();
		return this.process.exitValue();
	}

	@Override
	public void close() {
		this.process.destroyForcibly().onExit().join();
	}

}
