package dev.discretizer.config;

import java.time.Duration;

import dev.discretizer.budget.HeapPlan;
import dev.discretizer.budget.Limits;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import org.jspecify.annotations.Nullable;

/**
 * Limits of a request. Each one is checked before memory is taken.
 *
 * @param body largest body as sent, in bytes
 * @param inflated largest sum, in bytes, of all entries of an npz archive or all chunks
 * of a NIR file after decompression
 * @param elements most elements of all tensors of a request together
 * @param rank most dimensions of a tensor
 * @param tensors most tensors in a request; also most nodes, and most edges, of a network
 * @param header largest header of an npy or safetensors file, or directory of an npz
 * archive, in bytes
 * @param jsonDepth most levels of nesting in JSON
 * @param bodyMinRate lowest rate at which a body may arrive, in bytes per second, after 5
 * s of grace; a body that is ahead of it may pause, for up to 30 s
 * @param queueWait longest time that a request waits for memory, or for its turn to
 * simulate, before it is answered 503
 * @param memoryShare share of the heap, less 56 MiB for the service itself, that requests
 * and connections may hold together; above 0, at most 1; the rest is left to the garbage
 * collector
 * @param jointElements most elements that a request may discretize by the joint rule,
 * which takes up to 513 passes over them; each width of a sweep counts, and the original
 * of a verification
 * @param synops most additions of a weight to a state in a request that simulates; its
 * other work counts as the additions that take as long
 * @param steps most time steps of a recording
 * @param recordings most recordings in a request
 * @param simulations how many requests simulate at once; half the cores unless set, at
 * least 1
 * @param container memory of the container, in bytes; unless set, the memory that the
 * virtual machine sees
 */
@ConfigurationProperties("discretizer.limits")
record LimitsProperties(@DefaultValue("256MB") DataSize body, @DefaultValue("256MB") DataSize inflated,
		@DefaultValue("67108864") long elements, @DefaultValue("8") int rank, @DefaultValue("1024") int tensors,
		@DefaultValue("1MB") DataSize header, @DefaultValue("64") int jsonDepth,
		@DefaultValue("64KB") DataSize bodyMinRate, @DefaultValue("2s") Duration queueWait,
		@DefaultValue("0.75") double memoryShare, @DefaultValue("16777216") long jointElements,
		@DefaultValue("5000000000") long synops, @DefaultValue("100000") int steps,
		@DefaultValue("1024") int recordings, @Nullable Integer simulations, @Nullable DataSize container) {

	LimitsProperties {
		if (!(memoryShare > 0 && memoryShare <= 1)) {
			throw new IllegalArgumentException(
					"discretizer.limits.memory-share is %s, above 0 and at most 1 is expected".formatted(memoryShare));
		}
	}

	/**
	 * Shares out the memory of this process.
	 * @param maxConnections how many there may be at most
	 * @param maxThreads how many requests are served at once at most
	 */
	HeapPlan toHeapPlan(int maxConnections, int maxThreads) {
		return HeapPlan.of(ProcessMemory.read(this.container), this.memoryShare, maxConnections, maxThreads);
	}

	Limits toLimits() {
		return new Limits(this.body.toBytes(), this.inflated.toBytes(), this.elements, this.rank, this.tensors,
				this.header.toBytes(), this.jsonDepth, this.bodyMinRate.toBytes(), this.queueWait, this.jointElements,
				new Limits.Simulation(this.synops, this.steps, this.recordings, simulationsAtOnce()));
	}

	private int simulationsAtOnce() {
		return (this.simulations != null) ? this.simulations
				: Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
	}

}
