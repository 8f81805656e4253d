package dev.discretizer.web;

import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;

import dev.discretizer.budget.Limits;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests that are right but for something: each is answered with a result or with a
 * problem of the client's, and none takes more memory than it had reserved. Run by
 * {@code .ci/fuzz.sh}; {@code -Dfuzz.count} says how many, {@code -Dfuzz.seed} which.
 */
@Tag("fuzz")
@ServiceTest
class FuzzIT {

	private static final long SEED = Long.getLong("fuzz.seed", 1);

	private static final long COUNT = Long.getLong("fuzz.count", 30_000);

	/** One in so many is sent over HTTP, too. */
	private static final int HTTP = 50;

	/** Requests before memory is measured: those load classes and fill caches. */
	private static final long WARM_UP = 5_000;

	private final Client client;

	private final FuzzTarget target;

	FuzzIT(@LocalServerPort int port, @Autowired Limits limits) {
		this.client = new Client(port);
		this.target = new FuzzTarget(limits);
	}

	@Test
	void everyRequestGetsAResultOrAProblemOfItsOwnWithinItsMemory() {
		Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
		LongStream.range(0, COUNT).parallel().forEach((index) -> {
			FuzzTarget.Outcome outcome = checked(index);
			outcomes.computeIfAbsent(outcome.name(), (name) -> new LongAdder()).increment();
		});
		// Else most of the bodies would test but the first lines of a decoder.
		assertThat(outcomes.getOrDefault("200 ok", new LongAdder()).sum()).as(() -> outcomes.toString())
			.isGreaterThan(COUNT / 5);
		assertThat(outcomes).as("causes").hasSizeGreaterThan(15);
	}

	private FuzzTarget.Outcome checked(long index) {
		FuzzCase sent = FuzzCase.of(SEED, index);
		try {
			FuzzTarget.Outcome outcome = this.target.send(sent);
			if (index > WARM_UP) {
				assertThat(outcome.allocated()).as("bytes allocated, %d reserved", outcome.reserved())
					.isLessThanOrEqualTo(FuzzTarget.mostAllocated(sent.endpoint(), outcome.reserved()));
			}
			return outcome;
		}
		catch (Throwable failure) {
			throw new AssertionError("request %d of seed %d: %s".formatted(index, SEED, sent), failure);
		}
	}

	@Test
	void httpMakesNoDifference() {
		for (long index = 0; index < COUNT; index += HTTP) {
			FuzzCase sent = FuzzCase.of(SEED, index);
			try {
				assertThat(name(this.client.send(sent))).isEqualTo(this.target.send(sent).name());
			}
			catch (UncheckedIOException | AssertionError failure) {
				throw new AssertionError("request %d of seed %d: %s".formatted(index, SEED, sent), failure);
			}
		}
		this.client.assertServes();
	}

	/** As {@link FuzzTarget.Outcome#name()}. */
	private static String name(Reply reply) {
		if (reply.status() == 200) {
			return reply.ok().status() + " ok";
		}
		return reply.status() + " "
				+ reply.problem(reply.status(), Json.parse(reply.body()).get("code").text()).get("code").text();
	}

}
