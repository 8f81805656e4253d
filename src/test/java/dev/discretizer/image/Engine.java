package dev.discretizer.image;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import org.testcontainers.DockerClientFactory;

/**
 * The container engine of this machine, if it has one.
 */
final class Engine {

	/**
	 * The image under test: {@code docker build -t discretizer:test ...}, or another by
	 * {@code -Dimage=}.
	 */
	static final String IMAGE = System.getProperty("image", "discretizer:test");

	private static final String DEFAULT_HOST = "unix:///var/run/docker.sock";

	private Engine() {
	}

	static DockerClient client() {
		return DockerClientFactory.instance().client();
	}

	/**
	 * Whether there is an engine with the image. Looks for the engine's socket first:
	 * Testcontainers tries long and complains much where there is none.
	 */
	static boolean hasImage() {
		if (!answers(System.getenv().getOrDefault("DOCKER_HOST", DEFAULT_HOST))) {
			return false;
		}
		try {
			client().inspectImageCmd(IMAGE).exec();
			return true;
		}
		catch (NotFoundException ex) {
			return false;
		}
	}

	/** Of what is no Unix socket, Testcontainers knows more. */
	private static boolean answers(String host) {
		if (!host.startsWith("unix:")) {
			return true;
		}
		SocketAddress address = UnixDomainSocketAddress.of(Path.of(URI.create(host).getPath()));
		try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
			return socket.connect(address);
		}
		catch (IOException ex) {
			return false;
		}
	}

}
