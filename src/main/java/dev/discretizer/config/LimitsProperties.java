package dev.discretizer.config;

import java.time.Duration;

import dev.discretizer.budget.Limits;
import dev.discretizer.budget.MemoryBudget;
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
 * @param memoryShare share of the heap that requests and connections may hold together
 */
@ConfigurationProperties("discretizer.limits")
record LimitsProperties(@DefaultValue("256MB") DataSize body, @DefaultValue("256MB") DataSize inflated,
		@DefaultValue("67108864") long elements, @DefaultValue("8") int rank, @DefaultValue("1024") int tensors,
		@DefaultValue("1MB") DataSize header, @DefaultValue("64") int jsonDepth,
		@DefaultValue("64KB") DataSize bodyMinRate, @DefaultValue("2s") Duration queueWait,
		@DefaultValue("0.65") double memoryShare) {

	/**
	 * What a connection holds on the heap while it is open, in bytes: Tomcat's buffers
	 * for reading, writing and headers, as measured with idle connections.
	 */
	private static final long CONNECTION = 48 * 1024;

	/**
	 * The memory of requests: a share of the heap, less what connections hold.
	 * @param maxConnections how many there may be
	 */
	MemoryBudget toBudget(long maxConnections) {
		double share = Math.clamp(this.memoryShare, 0, 1) * Runtime.getRuntime().maxMemory();
		return new MemoryBudget((long) share - maxConnections * CONNECTION);
	}

	Limits toLimits() {
		return new Limits(this.body.toBytes(), this.inflated.toBytes(), this.elements, this.rank, this.tensors,
				this.header.toBytes(), this.jsonDepth, this.bodyMinRate.toBytes(), this.queueWait);
	}

}
