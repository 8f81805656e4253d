package dev.discretizer.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.discretizer.DiscretizerApplication;
import dev.discretizer.budget.RequestAttributes;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import dev.discretizer.web.api.Endpoint;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.web.context.support.WebApplicationContextUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The warm-up as the outside sees it: not at all, but for readiness that waits for its
 * first part.
 */
@ExtendWith(OutputCaptureExtension.class)
class WarmUpIT {

	/** A slow machine gets five times that for the first round. */
	private static final String TIME = "--discretizer.warm-up.time=3s";

	/** Begins the option of how long it goes on after readiness; none unless given. */
	private static final String IDLE = "--discretizer.warm-up.idle=";

	/**
	 * A request as a filter saw it.
	 *
	 * @param name path below the API, and format
	 * @param warmUp whether it was marked as the warm-up's
	 */
	private record Seen(String name, boolean warmUp, int status, ReadinessState readiness) {
	}

	@Test
	void everyEndpointHasAnsweredInEveryFormatBeforeTheServiceIsReady() throws Exception {
		List<Seen> seen = new CopyOnWriteArrayList<>();
		try (ConfigurableApplicationContext context = start(recorder(seen), TIME)) {
			assertThat(readiness(context)).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
			List<Seen> before = List.copyOf(seen);
			assertThat(before).allSatisfy((request) -> {
				assertThat(request.warmUp()).isTrue();
				assertThat(request.status()).isEqualTo(200);
				assertThat(request.readiness()).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
			});
			assertThat(before).extracting(Seen::name).containsAll(everyEndpointInEveryFormat());
			client(context).assertServes();
			// The filter that records may end after the answer was sent.
			Traffic.until(() -> !seen.stream().allMatch(Seen::warmUp));
		}
	}

	@Test
	void everyRequestIsSentAsOftenAsThereAreRoundsAndCheapOnesAfterThat() {
		List<String> one = requests(1, 0);
		assertThat(requests(2, 0)).hasSize(2 * one.size() - 1);
		List<String> more = requests(1, 10);
		one.forEach(more::remove);
		assertThat(more).hasSize(10)
			.allSatisfy(
					(name) -> assertThat(name).containsAnyOf("/scale ", "/discretize/scalar ", "/discretize/tensor "));
	}

	/** One more than was asked for, which ends the warm-up. */
	private static List<String> requests(int rounds, int requests) {
		List<Seen> seen = new CopyOnWriteArrayList<>();
		try (ConfigurableApplicationContext context = start(recorder(seen), TIME,
				"--discretizer.warm-up.rounds=" + rounds, "--discretizer.warm-up.requests=" + requests)) {
			assertThat(readiness(context)).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
		}
		// The filter that records may end after the answer was sent, but not after the
		// context is closed.
		assertThat(seen).isNotEmpty();
		return seen.stream().map(Seen::name).collect(Collectors.toCollection(ArrayList::new));
	}

	private static Set<String> everyEndpointInEveryFormat() {
		Set<String> names = new LinkedHashSet<>();
		for (Endpoint endpoint : Endpoint.withBody()) {
			String path = endpoint.path().replaceFirst("^/api/v1", "");
			endpoint.requests().forEach((format) -> names.add(path + " " + format.mediaType()));
		}
		return names;
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 60 })
	void itIsInNoMetricAndNoAccessLog(int idle, @TempDir Path directory) throws Exception {
		List<Seen> seen = new CopyOnWriteArrayList<>();
		try (ConfigurableApplicationContext context = start(recorder(seen), TIME, IDLE + idle + "s",
				"--server.tomcat.accesslog.enabled=true", "--server.tomcat.accesslog.directory=" + directory)) {
			Traffic.until(() -> idle == 0 || afterReadiness(seen) > 20);
			assertThat(context.getBean(MeterRegistry.class).find("http.server.requests").meters()).isEmpty();
			assertThat(context.getBean(MeterRegistry.class).find("discretizer.requests").counters()).isNotEmpty()
				.allSatisfy((counter) -> assertThat(counter.count()).isZero());
			scaleWith("of a client", client(context), "/api/v1/scale?bits=4").ok();
			// The filter that counts may end after the answer was sent.
			Traffic.until(() -> counted(context) > 0);
			assertThat(counted(context)).isEqualTo(1);
		}
		assertThat(lines(directory)).singleElement().asString().contains("/api/v1/scale?bits=4");
	}

	/**
	 * The header opens what it opens for the service alone, and no longer than it runs.
	 */
	@Test
	void needsNoKeyAndLeavesNoDoor() {
		Set<String> secrets = new CopyOnWriteArraySet<>();
		List<Integer> statuses = new CopyOnWriteArrayList<>();
		Filter recorder = (request, response, chain) -> {
			chain.doFilter(request, response);
			secrets.add(String.valueOf(((HttpServletRequest) request).getHeader("Discretizer-Warm-Up")));
			statuses.add(((HttpServletResponse) response).getStatus());
		};
		try (ConfigurableApplicationContext context = start(recorder, TIME, "--discretizer.security.mode=api-key",
				"--discretizer.security.api-key.keys=lab:" + "0".repeat(64))) {
			assertThat(statuses).hasSizeGreaterThan(10).containsOnly(200);
			assertThat(secrets).hasSize(1);
			Traffic.until(() -> !goesOn());
			scaleWith(secrets.iterator().next(), client(context), "/api/v1/scale").problem(401, "unauthorized");
		}
	}

	/** Whoever comes ends it, with a key or without, but not the probes of a platform. */
	@ParameterizedTest
	@ValueSource(strings = { "", "/behind" })
	void goesOnWithShortRequestsUntilAClientComes(String contextPath, CapturedOutput output) {
		List<Seen> seen = new CopyOnWriteArrayList<>();
		Set<String> secrets = new CopyOnWriteArraySet<>();
		Filter recorder = recorder(seen);
		try (ConfigurableApplicationContext context = start((request, response, chain) -> {
			secrets.add(String.valueOf(((HttpServletRequest) request).getHeader("Discretizer-Warm-Up")));
			recorder.doFilter(request, response, chain);
		}, TIME, IDLE + "10m", "--discretizer.warm-up.requests=0", "--server.servlet.context-path=" + contextPath,
				"--discretizer.security.mode=api-key", "--discretizer.security.api-key.keys=lab:" + "0".repeat(64))) {
			assertThat(readiness(context)).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
			Client client = client(context);
			for (String probe : List.of("/livez", "/readyz")) {
				assertThat(client.send(client.at(contextPath + probe)).status()).isEqualTo(200);
				long before = afterReadiness(seen);
				Traffic.until(() -> afterReadiness(seen) > before + 100);
			}
			assertThat(seen).filteredOn(Seen::warmUp)
				.filteredOn((request) -> request.readiness() == ReadinessState.ACCEPTING_TRAFFIC)
				.allSatisfy((request) -> assertThat(request.name()).containsAnyOf("/scale ", "/discretize/scalar ",
						"/discretize/tensor "));
			String scale = contextPath + "/api/v1/scale";
			scaleWith("of a client", client, scale).problem(401, "unauthorized");
			String secret = secrets.stream().filter((each) -> !each.equals("null")).findFirst().orElseThrow();
			// The one that was under way when the client came is answered first.
			Traffic.until(() -> scaleWith(secret, client, scale).status() == 401);
		}
		assertThat(output).contains("Warmed up with").doesNotContain("broke off");
	}

	@Test
	void endsWhereNoClientComes() {
		List<Seen> seen = new CopyOnWriteArrayList<>();
		try (ConfigurableApplicationContext context = start(recorder(seen), TIME, IDLE + "1s")) {
			assertThat(readiness(context)).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
			Traffic.until(() -> !goesOn());
			assertThat(afterReadiness(seen)).isPositive();
		}
	}

	@Test
	void endsWithTheService(CapturedOutput output) {
		List<Seen> seen = new CopyOnWriteArrayList<>();
		try (ConfigurableApplicationContext context = start(recorder(seen), TIME, IDLE + "10m",
				"--discretizer.shutdown.drain=0s")) {
			assertThat(context.isActive()).isTrue();
			Traffic.until(() -> afterReadiness(seen) > 20);
			assertThat(goesOn()).isTrue();
		}
		Traffic.until(() -> !goesOn());
		assertThat(output).contains("Warmed up with").doesNotContain("broke off");
	}

	private static Reply scaleWith(String secret, Client client, String path) {
		return client.send(client.at(path)
			.header("Content-Type", Client.JSON)
			.header("Discretizer-Warm-Up", secret)
			.POST(Client.chunked("{\"tensor\":[1.0]}".getBytes(StandardCharsets.UTF_8))));
	}

	private static long afterReadiness(List<Seen> seen) {
		return seen.stream()
			.filter((request) -> request.warmUp() && request.readiness() == ReadinessState.ACCEPTING_TRAFFIC)
			.count();
	}

	private static boolean goesOn() {
		return Thread.getAllStackTraces().keySet().stream().anyMatch((thread) -> thread.getName().equals("warm-up"));
	}

	/**
	 * A probe that is down is a refusal like any other: no line or count of it says ok.
	 */
	@Test
	void readinessBeforeItsEndIsAProblem(CapturedOutput output) {
		AtomicBoolean asked = new AtomicBoolean();
		AtomicReference<Reply> ready = new AtomicReference<>();
		Filter probe = (request, response, chain) -> {
			if (asked.compareAndSet(false, true)) {
				Client client = new Client(request.getLocalPort());
				ready.set(client.send(client.at("/readyz").header("X-Request-Id", "probe-before-its-end")));
			}
			chain.doFilter(request, response);
		};
		try (ConfigurableApplicationContext context = start(probe, TIME, "--discretizer.log.requests=true")) {
			Json problem = ready.get().problem(503, "unavailable");
			assertThat(problem.get("instance").text()).isEqualTo("/readyz");
			assertThat(problem.get("request_id").text()).isEqualTo("probe-before-its-end");
			assertThat(client(context).send(client(context).at("/readyz")).status()).isEqualTo(200);
			assertThat(context.getBean(MeterRegistry.class)
				.get("discretizer.requests")
				.tags("endpoint", "other", "status", "503", "code", "unavailable")
				.counter()
				.count()).isOne();
		}
		assertThat(output.getAll().lines().filter((line) -> line.contains("request_id=probe-before-its-end")))
			.singleElement()
			.asString()
			.contains(" endpoint=other ", " status=503 code=unavailable ");
	}

	@Test
	void startsWhereItFails(CapturedOutput output) {
		Filter refusal = (request, response, chain) -> ((HttpServletResponse) response).sendError(401);
		try (ConfigurableApplicationContext context = start(refusal, TIME)) {
			assertThat(readiness(context)).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
		}
		assertThat(output).contains("The warm-up broke off").contains("401");
	}

	@Test
	void endsTheServiceWhereThatIsAskedFor(CapturedOutput output) {
		Filter none = (request, response, chain) -> chain.doFilter(request, response);
		try (ConfigurableApplicationContext context = start(none, TIME, "--discretizer.warm-up.only=true",
				"--discretizer.shutdown.drain=0s")) {
			assertThat(context.isActive()).isFalse();
		}
		assertThat(output).contains("Warmed up with");
	}

	@Test
	void endsWhenItsTimeIsUp() {
		CountDownLatch isReady = new CountDownLatch(1);
		AtomicBoolean wasAwaited = new AtomicBoolean();
		Filter stuck = (request, response, chain) -> {
			try {
				if (!isReady.await(60, TimeUnit.SECONDS)) {
					wasAwaited.set(true);
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		};
		try (ConfigurableApplicationContext context = start(stuck, "--discretizer.warm-up.time=20ms")) {
			assertThat(readiness(context)).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
			isReady.countDown();
			assertThat(wasAwaited).as("the warm-up waited for the request that is stuck").isFalse();
		}
	}

	/**
	 * Asks for readiness as the request comes, as the filter may end after the answer was
	 * sent.
	 */
	private static Filter recorder(List<Seen> seen) {
		return (request, response, chain) -> {
			HttpServletRequest http = (HttpServletRequest) request;
			ReadinessState readiness = readiness(
					WebApplicationContextUtils.getRequiredWebApplicationContext(http.getServletContext()));
			chain.doFilter(request, response);
			String path = http.getRequestURI().replaceFirst("^/api/v1", "");
			seen.add(new Seen(path + " " + Objects.toString(http.getContentType()).replaceFirst(";.*", ""),
					http.getAttribute(RequestAttributes.WARM_UP) != null, ((HttpServletResponse) response).getStatus(),
					readiness));
		};
	}

	private static double counted(ConfigurableApplicationContext context) {
		return context.getBean(MeterRegistry.class)
			.find("http.server.requests")
			.timers()
			.stream()
			.mapToLong(Timer::count)
			.sum();
	}

	private static List<String> lines(Path directory) throws IOException {
		try (Stream<Path> files = Files.list(directory)) {
			// The actuator's port has one of its own.
			return Files.readAllLines(files.filter((file) -> file.getFileName().toString().startsWith("access_log"))
				.findFirst()
				.orElseThrow());
		}
	}

	private static ReadinessState readiness(ApplicationContext context) {
		return context.getBean(ApplicationAvailability.class).getReadinessState();
	}

	private static Client client(ConfigurableApplicationContext context) {
		return new Client(Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port")));
	}

	/** Starts the service with one filter more, which has the last word. */
	private static ConfigurableApplicationContext start(Filter filter, String... arguments) {
		SpringApplication application = new SpringApplication(DiscretizerApplication.class);
		application.addInitializers((context) -> ((GenericApplicationContext) context).registerBean("lastFilter",
				Filter.class, () -> filter));
		List<String> all = new ArrayList<>(List.of(arguments));
		all.addAll(List.of("--server.port=0", "--management.server.port=0", "--discretizer.warm-up.enabled=true"));
		if (all.stream().noneMatch((argument) -> argument.startsWith(IDLE))) {
			all.add(IDLE + "0s");
		}
		return application.run(all.toArray(String[]::new));
	}

}
