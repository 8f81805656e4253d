package dev.discretizer.behaviour;

/**
 * A network cannot be calibrated, as an integer bias is not simulated by events.
 */
public final class BiasNotSimulatedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String layer;

	BiasNotSimulatedException(String layer) {
		super(("layer %s has an integer bias, which the chip adds at every tick of its slow clock; a network without"
				+ " biases is expected to be simulated by events")
			.formatted(layer));
		this.layer = layer;
	}

	/** The name of the layer. */
	public String layer() {
		return this.layer;
	}

}
