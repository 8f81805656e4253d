package dev.discretizer.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What stands in front of the service: nginx or HAProxy as Debian has them, on loopback,
 * with a configuration that a test gives.
 */
final class Balancer implements AutoCloseable {

	private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

	private final Process process;

	private final Path log;

	private Balancer(Process process, Path log) {
		this.process = process;
		this.log = log;
	}

	/**
	 * Where a program is; the test is skipped where it is not installed. In folders, not
	 * in the PATH alone: that of a user often lacks sbin.
	 */
	static Path program(String name) {
		List<Path> folders = Stream
			.concat(Stream.of("/usr/sbin", "/usr/local/sbin"), Arrays.stream(System.getenv("PATH").split(":")))
			.map(Path::of)
			.toList();
		for (Path folder : folders) {
			if (Files.isExecutable(folder.resolve(name))) {
				return folder.resolve(name);
			}
		}
		return Assumptions.abort(name + " is not installed");
	}

	/**
	 * Starts a program in a folder of its own and waits until it listens.
	 * @param configuration what is in its file, which is its last argument
	 */
	static Balancer start(Path folder, String configuration, int port, String... command) throws IOException {
		Files.createDirectories(folder);
		Path file = folder.resolve("balancer.conf").toAbsolutePath();
		Files.writeString(file, configuration);
		Path log = folder.resolve("balancer.log");
		List<String> all = Stream.concat(Arrays.stream(command), Stream.of(file.toString())).toList();
		Process process = new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(log.toFile()).start();
		Balancer balancer = new Balancer(process, log);
		balancer.await(port);
		return balancer;
	}

	private void await(int port) {
		long deadline = System.nanoTime() + PATIENCE_NANOS;
		while (!listens(port)) {
			assertThat(this.process.isAlive()).as(this::log).isTrue();
			assertThat(System.nanoTime()).as(this::log).isLessThan(deadline);
			LockSupport.parkNanos(20_000_000);
		}
	}

	private static boolean listens(int port) {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			return socket.isConnected();
		}
		catch (IOException ex) {
			return false;
		}
	}

	/** Ports that nobody listens on. */
	static int[] freePorts(int count) throws IOException {
		ServerSocket[] sockets = new ServerSocket[count];
		int[] ports = new int[count];
		for (int i = 0; i < count; i++) {
			sockets[i] = new ServerSocket(0);
			ports[i] = sockets[i].getLocalPort();
		}
		for (ServerSocket socket : sockets) {
			socket.close();
		}
		return ports;
	}

	String log() {
		try {
			return Files.readString(this.log, StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroy();
		try {
			if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
				this.process.destroyForcibly().onExit().join();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
