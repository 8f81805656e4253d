package dev.discretizer.tensor;

/**
 * What a sensor saw once. Arrays are shared and never written to.
 */
public sealed interface Recording permits EventRecording, RasterRecording {

	/** The name given by the client, or one made from the recording's number. */
	String name();

	/** Channels, height and width of the sensor. */
	Shape input();

	/** Number of events; of a raster the sum of its counts. */
	long events();

}
