package dev.discretizer.config;

import java.time.Duration;

import dev.discretizer.budget.HeapPlan;
import dev.discretizer.budget.Limits;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How large a request may be.
 *
 * @param body largest body as sent
 * @param inflated largest sum of all entries of an archive after decompression
 * @param elements most elements over all tensors of a request
 * @param rank most dimensions of a tensor
 * @param tensors most tensors in a request
 * @param header largest header of a format, as of npy and safetensors
 * @param jsonDepth most levels of nesting in JSON
 * @param bodyMinRate least bytes a second at which a body must arrive, after 5 s of grace
 * @param queueWait longest wait of a request for memory
 * @param memoryShare share of the heap that requests and connections may hold together,
 * of what the service itself leaves; the rest is for garbage
 */
@ConfigurationProperties("discretizer.limits")
record LimitsProperties(@DefaultValue("256MB") DataSize body, @DefaultValue("256MB") DataSize inflated,
		@DefaultValue("67108864") long elements, @DefaultValue("8") int rank, @DefaultValue("1024") int tensors,
		@DefaultValue("1MB") DataSize header, @DefaultValue("64") int jsonDepth,
		@DefaultValue("64KB") DataSize bodyMinRate, @DefaultValue("2s") Duration queueWait,
		@DefaultValue("0.75") double memoryShare) {

	LimitsProperties {
		if (!(memoryShare > 0 && memoryShare <= 1)) {
			throw new IllegalArgumentException(
					"discretizer.limits.memory-share is %s, above 0 and at most 1 is expected".formatted(memoryShare));
		}
	}

	/**
	 * Shares out the heap.
	 * @param maxConnections how many there may be at most
	 * @param threads how many requests are served at once
	 */
	HeapPlan toHeapPlan(int maxConnections, int threads) {
		return HeapPlan.of(Runtime.getRuntime().maxMemory(), this.memoryShare, maxConnections, threads);
	}

	Limits toLimits() {
		return new Limits(this.body.toBytes(), this.inflated.toBytes(), this.elements, this.rank, this.tensors,
				this.header.toBytes(), this.jsonDepth, this.bodyMinRate.toBytes(), this.queueWait);
	}

}
