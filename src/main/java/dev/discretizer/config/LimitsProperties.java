package dev.discretizer.config;

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
 */
@ConfigurationProperties("discretizer.limits")
record LimitsProperties(@DefaultValue("256MB") DataSize body, @DefaultValue("256MB") DataSize inflated,
		@DefaultValue("67108864") long elements, @DefaultValue("8") int rank, @DefaultValue("1024") int tensors,
		@DefaultValue("1MB") DataSize header, @DefaultValue("64") int jsonDepth,
		@DefaultValue("64KB") DataSize bodyMinRate) {

	Limits toLimits() {
		return new Limits(this.body.toBytes(), this.inflated.toBytes(), this.elements, this.rank, this.tensors,
				this.header.toBytes(), this.jsonDepth, this.bodyMinRate.toBytes());
	}

}
