package dev.discretizer.budget;

import java.time.Duration;

import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.RequestLimit;

/**
 * The limits of a request; docs/reference.md lists the properties and their defaults.
 *
 * @param body bytes of the body as sent
 * @param inflated bytes after decompression
 * @param elements elements of all tensors together
 * @param rank dimensions of a tensor
 * @param tensors tensors in a request
 * @param header bytes of a format's own header
 * @param jsonDepth levels of nesting in JSON
 * @param bodyMinRate lowest rate at which a body may arrive, in bytes per second, after a
 * grace period
 * @param queueWait longest time that a request waits for memory, or for its turn to
 * simulate
 * @param jointElements elements that are discretized by the joint rule, each width
 * counted
 * @param simulation limits of simulations
 */
public record Limits(long body, long inflated, long elements, int rank, int tensors, long header, int jsonDepth,
		long bodyMinRate, Duration queueWait, long jointElements, Simulation simulation) {

	/**
	 * Limits of simulations.
	 *
	 * @param synops additions of a weight to a state in a request, or work that takes as
	 * long
	 * @param steps time steps of a recording
	 * @param recordings recordings of a request
	 * @param atOnce how many requests simulate at once
	 */
	public record Simulation(long synops, int steps, int recordings, int atOnce) {

		public Simulation {
			if (Math.min(Math.min(synops, steps), Math.min(recordings, atOnce)) < 1) {
				throw new IllegalArgumentException("every limit must be at least 1");
			}
		}

	}

	public Limits {
		if (Math.min(Math.min(body, inflated), Math.min(elements, header)) < 1
				|| Math.min(rank, Math.min(tensors, jsonDepth)) < 1 || Math.min(bodyMinRate, jointElements) < 1) {
			throw new IllegalArgumentException("every limit must be at least 1");
		}
		if (Math.max(Math.max(body, inflated), Math.max(elements, header)) > Allowance.LONGEST_ARRAY) {
			throw new IllegalArgumentException("no limit of bytes or elements may be above %d: it is the longest array"
				.formatted(Allowance.LONGEST_ARRAY));
		}
	}

	/** The value of one limit, in its unit. */
	public long of(RequestLimit limit) {
		return switch (limit) {
			case BODY -> this.body;
			case INFLATED -> this.inflated;
			case ELEMENTS -> this.elements;
			case RANK -> this.rank;
			case TENSORS -> this.tensors;
			case HEADER -> this.header;
			case JSON_DEPTH -> this.jsonDepth;
			case JOINT_ELEMENTS -> this.jointElements;
			case RECORDINGS -> this.simulation.recordings;
			case STEPS -> this.simulation.steps;
			case SYNOPS -> this.simulation.synops;
		};
	}

}
