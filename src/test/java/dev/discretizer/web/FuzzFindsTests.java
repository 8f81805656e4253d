package dev.discretizer.web;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

import dev.discretizer.budget.Limits;
import dev.discretizer.web.api.Endpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@link FuzzIT} has found, each as small as it gets.
 */
class FuzzFindsTests {

	private static final long KIB = 1024;

	private static final Limits LIMITS = new Limits(1 << 20, 1 << 20, 1 << 20, 8, 16, 1 << 20, 64, 1,
			Duration.ofSeconds(1), 1 << 20, new Limits.Simulation(1, 1, 1, 1));

	/**
	 * A weight of rank 1 of many zeros: small when deflated, and every element a dead
	 * channel that the report names, as text in the metadata of binary answers. Took 24
	 * MB where 1.3 MB were reserved.
	 */
	@ParameterizedTest
	@ValueSource(strings = { Client.JSON, Client.NPZ, Client.SAFETENSORS })
	void reportOfManyDeadChannelsIsReserved(String accept) {
		FuzzTarget target = new FuzzTarget(LIMITS);
		FuzzCase sent = FuzzCase.found(Endpoint.CONV_SPIKE, Client.NPZ, accept, Containers.npz(Map.of("weight",
				Values.of("int8", new int[] { 1 << 18 }, new double[1 << 18]), "spike_threshold", Values.scalar(1))));
		target.send(sent);
		FuzzTarget.Outcome outcome = target.send(sent);
		assertThat(outcome.name()).isEqualTo("200 ok");
		assertThat(outcome.allocated())
			.isLessThanOrEqualTo(FuzzTarget.mostAllocated(sent.endpoint(), outcome.reserved()));
	}

	/**
	 * Both networks of a verification count, as docs/sizing.md has it: beside the buffers
	 * 4 bytes an element, 96 an output channel and 8 KiB a layer.
	 */
	@Test
	void channelsOfBothVerifiedNetworksAreReserved() {
		FuzzTarget target = new FuzzTarget(LIMITS);
		int channels = 1 << 13;
		byte[] network = Containers
			.safetensors(Map.of("a.weight", Values.of("int8", new int[] { channels, 1, 1, 1 }, ones(channels)),
					"a.spike_threshold", Values.scalar(1), "a.min_v_mem", Values.scalar(-1)));
		Form form = new Form().part("original", "a", Client.SAFETENSORS, network)
			.part("discretized", "b", Client.SAFETENSORS, network);
		FuzzCase sent = FuzzCase.found(Endpoint.VERIFY, form.contentType(), Client.JSON, form.body());
		target.send(sent);
		FuzzTarget.Outcome outcome = target.send(sent);
		assertThat(outcome.name()).isEqualTo("200 ok");
		long expected = 256 * KIB + 2 * (4L * channels + 96L * channels + 8 * KIB);
		// The rest is the headers, while they are parsed.
		assertThat(outcome.reserved()).isBetween(expected, expected + 64 * KIB);
		assertThat(outcome.allocated())
			.isLessThanOrEqualTo(FuzzTarget.mostAllocated(sent.endpoint(), outcome.reserved()));
	}

	private static double[] ones(int count) {
		double[] ones = new double[count];
		Arrays.fill(ones, 1);
		return ones;
	}

}
