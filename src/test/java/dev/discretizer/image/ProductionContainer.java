package dev.discretizer.image;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.MemoryStatsConfig;
import com.github.dockerjava.api.model.Statistics;
import org.testcontainers.containers.ExecConfig;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

import dev.discretizer.web.Client;

/**
 * The image as it is run in production: a read-only root with some of {@code /tmp} in
 * memory, no capabilities and none to be had, and 512 MiB of memory without swap.
 */
final class ProductionContainer implements AutoCloseable {

	static final long MEMORY = 512L << 20;

	private static final int PORT = 8080;

	private static final int MANAGEMENT_PORT = 8081;

	private static final long PROCESSES = 1024;

	private final GenericContainer<?> container = new GenericContainer<>(Engine.IMAGE)
		.withExposedPorts(PORT, MANAGEMENT_PORT)
		.waitingFor(Wait.forHealthcheck().withStartupTimeout(Duration.ofMinutes(3)));

	/** Starts it and waits until its own health check says that it is healthy. */
	ProductionContainer() {
		this(MEMORY, "");
	}

	/**
	 * Starts it with another size.
	 * @param memory in bytes
	 * @param options of its JVM
	 */
	ProductionContainer(long memory, String options) {
		this.container.withCreateContainerCmdModifier((command) -> restrict(command, memory))
			.withEnv("JDK_JAVA_OPTIONS", options)
			.start();
	}

	private static void restrict(CreateContainerCmd command, long memory) {
		// The image's own check, asked more often, as tests wait for it.
		command.withHealthcheck(new HealthCheck().withInterval(Duration.ofSeconds(1).toNanos()));
		HostConfig host = Objects.requireNonNull(command.getHostConfig());
		host.withReadonlyRootfs(true)
			.withTmpFs(Map.of("/tmp", "rw,noexec,nosuid,nodev,size=64m"))
			.withCapDrop(Capability.ALL)
			.withSecurityOpts(List.of("no-new-privileges"))
			.withMemory(memory)
			.withMemorySwap(memory)
			.withPidsLimit(PROCESSES);
	}

	int port() {
		return this.container.getMappedPort(PORT);
	}

	Client client() {
		return new Client(port());
	}

	Client management() {
		return new Client(this.container.getMappedPort(MANAGEMENT_PORT));
	}

	String log() {
		return this.container.getLogs();
	}

	ContainerState state() {
		return Engine.client().inspectContainerCmd(this.container.getContainerId()).exec().getState();
	}

	/**
	 * Runs a program in the container, without a shell.
	 * @return its exit code
	 */
	int run(Map<String, String> environment, String... command) throws Exception {
		return this.container.execInContainer(ExecConfig.builder().envVars(environment).command(command).build())
			.getExitCode();
	}

	/** What the engine says of memory now. */
	MemoryStatsConfig memory() throws Exception {
		AtomicReference<Statistics> answer = new AtomicReference<>();
		Engine.client()
			.statsCmd(this.container.getContainerId())
			.withNoStream(true)
			.exec(new ResultCallback.Adapter<Statistics>() {
				@Override
				public void onNext(Statistics statistics) {
					answer.set(statistics);
				}
			})
			.awaitCompletion();
		return Objects.requireNonNull(answer.get()).getMemoryStats();
	}

	/** Has it stopped as an orchestrator does: killed once so many seconds are over. */
	void stop(int graceSeconds) {
		Engine.client().stopContainerCmd(this.container.getContainerId()).withTimeout(graceSeconds).exec();
	}

	@Override
	public void close() {
		this.container.stop();
	}

}
