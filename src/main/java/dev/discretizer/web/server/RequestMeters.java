package dev.discretizer.web.server;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

/**
 * The meters of requests; docs/metrics.md lists them. Every tag has a closed set of
 * values, none of which a client can choose freely. Thread-safe.
 */
final class RequestMeters {

	private static final String PREFIX = "discretizer.";

	private final MeterRegistry registry;

	private final Map<Kind, Meters> meters = new ConcurrentHashMap<>();

	RequestMeters(MeterRegistry registry) {
		this.registry = registry;
	}

	/**
	 * What the tags of a request's meters are made of; only its outcome has the last two.
	 */
	private record Kind(@Nullable String endpoint, @Nullable String format, int status, String code) {

		Tags tags() {
			return Tags.of("endpoint", Objects.requireNonNullElse(this.endpoint, "other"), "format",
					Objects.requireNonNullElse(this.format, "none"));
		}

	}

	/** The meters of one kind, kept together so that one lookup finds them all. */
	private record Meters(DistributionSummary in, DistributionSummary out, Counter elements,
			Map<RequestFacts.Phase, Timer> phases, Counter outcome) {
	}

	/**
	 * Counts a request that has ended.
	 * @param keyId the caller, or null if no authentication is configured
	 * @param status status of the answer
	 * @param in bytes of the request's body that were read
	 * @param out bytes of the answer's body
	 */
	void record(RequestFacts facts, @Nullable String keyId, int status, long in, long out) {
		Meters found = find(facts, status);
		found.in.record((double) in);
		found.out.record((double) out);
		facts.nanos()
			.forEach((phase, nanos) -> Objects.requireNonNull(found.phases.get(phase))
				.record(nanos, TimeUnit.NANOSECONDS));
		if (facts.code().equals(RequestFacts.OK)) {
			found.elements.increment((double) facts.elements());
		}
		if (keyId != null) {
			Counter.builder(PREFIX + "key.requests")
				.description("Requests by key and outcome")
				.tags("key", keyId, "status", Integer.toString(status), "code", facts.code())
				.register(this.registry)
				.increment();
		}
		// Last: a reader that sees the request counted finds its other meters updated.
		found.outcome.increment();
	}

	/**
	 * Registers the meters of such a request at zero, so that the first request counted
	 * does not pay for their creation.
	 */
	void prepare(RequestFacts facts, int status) {
		find(facts, status);
	}

	private Meters find(RequestFacts facts, int status) {
		return this.meters.computeIfAbsent(new Kind(facts.endpoint(), facts.format(), status, facts.code()),
				this::register);
	}

	private Meters register(Kind kind) {
		Tags tags = kind.tags();
		Map<RequestFacts.Phase, Timer> phases = new EnumMap<>(RequestFacts.Phase.class);
		for (RequestFacts.Phase phase : RequestFacts.Phase.values()) {
			phases.put(phase,
					Timer.builder(PREFIX + "phase")
						.description("Time of requests in reading, computing and writing")
						.tags(tags.and("phase", phase.label()))
						.register(this.registry));
		}
		return new Meters(size("request", "Bytes of bodies read", tags),
				size("response", "Bytes of answers written", tags),
				Counter.builder(PREFIX + "elements")
					.description("Elements of the tensors of requests that got a result")
					.tags(tags)
					.register(this.registry),
				phases,
				Counter.builder(PREFIX + "requests")
					.description("Requests by outcome")
					.tags(tags.and("status", Integer.toString(kind.status), "code", kind.code))
					.register(this.registry));
	}

	private DistributionSummary size(String what, String description, Tags tags) {
		return DistributionSummary.builder(PREFIX + what + ".size")
			.description(description)
			.baseUnit("bytes")
			.tags(tags)
			.register(this.registry);
	}

}
