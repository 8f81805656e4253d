package dev.discretizer.web.openapi;

/**
 * The text that precedes all operations in the document.
 */
final class Introduction {

	static final String TITLE = "Discretizer";

	static final String SUMMARY = "sinabs' discretize module for DYNAP-CNN and Speck chips, explained";

	/** The document's description. */
	static final String DESCRIPTION = """
			Turns the float parameters of convolutional and spiking layers into the integers that the neuromorphic chips \
			DYNAP-CNN and Speck store. It is the `discretize` module of sinabs 3.1.3 as a service, with the same integers \
			to the last bit, and it also tells what the original does not: the scale, what limited it, what rounding cost, \
			and what will go wrong on chip.

			**To begin**, open `POST /api/v1/discretize/conv-spike` below, choose an example and press *Execute*. The \
			examples whose names begin with *Trap* show what goes wrong most often; read `limited_by` and `findings` in \
			their answers.

			**How it works.** All of a layer's parameters are multiplied by one scale and rounded, half to even. The scale \
			is the largest at which none of them leaves its range: by default 8 bits for weights and biases, 16 bits for \
			thresholds and membrane states. The arithmetic is that of IEEE 754 binary32.

			**Tensors** travel in JSON (nested arrays as `.tolist()` gives them, or flat, or base64), or as safetensors, \
			NumPy's npz and npy, or raw bytes. `Content-Type` names the body's format, `Accept` that of the answer; without \
			`Accept` the answer has the body's format. The examples of the binary formats are files under \
			`/api/v1/examples/`; save one and choose it as the body. Whole networks travel as NIR files (HDF5): \
			[tiny.nir](/api/v1/examples/tiny.nir) is one to try with `POST /api/v1/discretize/network`.

			**Every call is a pure function**: nothing is stored, and calls are safe to repeat. Failures are answered with \
			`application/problem+json` (RFC 9457), whatever was asked for; `detail` names the tensor, what was found and \
			what was expected.""";

	private Introduction() {
	}

}
