package dev.discretizer.codec.recording;

/**
 * The formats of a recording.
 */
public enum RecordingFormat {

	/** A zip archive of the arrays x, y, t and p. */
	NPZ,
	/** One array of records with these fields, or of counts. */
	NPY

}
