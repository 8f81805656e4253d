package dev.discretizer.behaviour;

import java.util.List;

import dev.discretizer.behaviour.simulator.SimulatedNetwork;
import dev.discretizer.behaviour.simulator.SimulatedLayer;
import dev.discretizer.tensor.ImpossibleRecordingException;
import dev.discretizer.tensor.ImpossibleRecordingException.Cause;
import dev.discretizer.tensor.Recording;

/**
 * The neurons that feed an Output of the network, numbered in C order, one layer after
 * the other.
 */
final class Outputs {

	private Outputs() {
	}

	/** Checks that there is a label for each recording, and a neuron for each label. */
	static void check(SimulatedNetwork network, List<Integer> labels, List<Recording> recordings) {
		if (labels.isEmpty()) {
			return;
		}
		if (labels.size() != recordings.size()) {
			throw new ImpossibleRecordingException(Cause.LABEL_IMPOSSIBLE, null, -1, null,
					"%d labels found for %d recordings, one for each is expected".formatted(labels.size(),
							recordings.size()));
		}
		long neurons = network.layers()
			.stream()
			.filter(SimulatedLayer::isOutput)
			.mapToLong((layer) -> layer.convolution().neurons())
			.sum();
		for (int i = 0; i < labels.size(); i++) {
			int label = labels.get(i);
			if (label < 0 || label >= neurons) {
				String name = recordings.get(i).name();
				throw new ImpossibleRecordingException(Cause.LABEL_IMPOSSIBLE, name, i, Integer.toString(label),
						"recording %s: label %d found, 0 to %d are expected: the network has %d output neurons"
							.formatted(name, label, neurons - 1, neurons));
			}
		}
	}

	/**
	 * The neuron with the most spikes, the first of equals.
	 * @param counts by layer, {@code [C, H, W]}; only those of the output are read
	 */
	static int strongest(SimulatedNetwork network, int[][] counts) {
		int strongest = 0;
		int most = -1;
		int number = 0;
		for (int layer = 0; layer < counts.length; layer++) {
			if (network.layers().get(layer).isOutput()) {
				for (int count : counts[layer]) {
					if (count > most) {
						most = count;
						strongest = number;
					}
					number++;
				}
			}
		}
		return strongest;
	}

}
