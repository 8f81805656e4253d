package dev.discretizer.web;

import java.util.Objects;

import dev.discretizer.discretize.Layer;
import dev.discretizer.discretize.LayerOptions;
import dev.discretizer.discretize.ScaleRule;
import dev.discretizer.tensor.RequestLimit;
import dev.discretizer.web.api.Fields;

/**
 * Converts the fields of layers, of a single layer or of all layers of a network, to
 * plain values.
 */
final class LayerBinding {

	private LayerBinding() {
	}

	/** The tensors of a layer. */
	static Layer layer(ApiRequest request) {
		return new Layer(request.get(Fields.WEIGHT), request.find(Fields.BIAS), request.get(Fields.SPIKE_THRESHOLD),
				request.find(Fields.MIN_V_MEM), request.find(Fields.V_MEM));
	}

	/**
	 * Refuses to discretize too many elements by the joint rule, which takes hundreds of
	 * times as long as the other.
	 */
	static void checkJoint(ApiRequest request, long elements, String what) {
		request.means().allowance().check(RequestLimit.JOINT_ELEMENTS, elements, what);
	}

	/** How layers are discretized. */
	static LayerOptions options(ApiRequest request) {
		if (request.get(Fields.SCALE_RULE) == ScaleRule.JOINT) {
			checkJoint(request, request.elements(), "scale_rule=joint");
		}
		long weightBits = request.get(Fields.WEIGHT_BITS);
		return new LayerOptions(request.get(Fields.TO_INT), weightBits,
				Objects.requireNonNullElse(request.find(Fields.BIAS_BITS), weightBits), request.get(Fields.STATE_BITS),
				request.get(Fields.RESCALE), request.get(Fields.UNSET_MIN_V_MEM), request.answer().carriesReport(),
				request.get(Fields.SCALE_RULE), request.get(Fields.HISTOGRAM));
	}

}
