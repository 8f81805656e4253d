package dev.discretizer.web;

import java.util.EnumMap;
import java.util.Locale;
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
 * values: nothing that a client chooses freely becomes one. Thread-safe.
 */
final class RequestMeters {

	private static final String PREFIX = "discretizer.";

	private final MeterRegistry registry;

	private final Map<Kind, Meters> meters = new ConcurrentHashMap<>();

	RequestMeters(MeterRegistry registry) {
		this.registry = registry;
	}

	/** What is told apart in all meters. */
	private record Kind(@Nullable Endpoint endpoint, @Nullable Format format) {

		Tags tags() {
			return Tags.of("endpoint", label(this.endpoint, "other"), "format", label(this.format, "none"));
		}

		private static String label(@Nullable Enum<?> value, String none) {
			return (value == null) ? none : value.name().toLowerCase(Locale.ROOT).replace('_', '-');
		}

	}

	/** The meters of one kind of request, so that they are not looked up one by one. */
	private record Meters(Tags tags, DistributionSummary in, DistributionSummary out, Counter elements,
			Map<RequestFacts.Phase, Timer> phases) {
	}

	/**
	 * Counts a request that has ended.
	 * @param keyId whose it was, or null where nobody asks
	 * @param status of its answer
	 * @param in bytes of its body that were read
	 * @param out bytes of the answer's body
	 */
	void record(RequestFacts facts, @Nullable String keyId, int status, long in, long out) {
		Meters found = this.meters.computeIfAbsent(new Kind(facts.endpoint(), facts.format()), this::register);
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
		// Last, so that whoever sees the request counted sees all of it.
		outcome(found, status, facts.code()).increment();
	}

	/**
	 * Makes the meters of such a request as if it had been counted, so that the first
	 * that is need not wait for that; all stay at zero.
	 */
	void prepare(RequestFacts facts, int status) {
		Meters found = this.meters.computeIfAbsent(new Kind(facts.endpoint(), facts.format()), this::register);
		outcome(found, status, facts.code()).increment(0);
	}

	private Counter outcome(Meters found, int status, String code) {
		return Counter.builder(PREFIX + "requests")
			.description("Requests by outcome")
			.tags(found.tags.and("status", Integer.toString(status), "code", code))
			.register(this.registry);
	}

	private Meters register(Kind kind) {
		Tags tags = kind.tags();
		Map<RequestFacts.Phase, Timer> phases = new EnumMap<>(RequestFacts.Phase.class);
		for (RequestFacts.Phase phase : RequestFacts.Phase.values()) {
			phases.put(phase,
					Timer.builder(PREFIX + "phase")
						.description("Time of requests in reading, computing and writing")
						.tags(tags.and("phase", phase.name().toLowerCase(Locale.ROOT)))
						.register(this.registry));
		}
		return new Meters(tags, size("request", "Bytes of bodies read", tags),
				size("response", "Bytes of answers written", tags),
				Counter.builder(PREFIX + "elements")
					.description("Elements of the tensors of requests that got a result")
					.tags(tags)
					.register(this.registry),
				phases);
	}

	private DistributionSummary size(String what, String description, Tags tags) {
		return DistributionSummary.builder(PREFIX + what + ".size")
			.description(description)
			.baseUnit("bytes")
			.tags(tags)
			.register(this.registry);
	}

}
