package dev.discretizer.web;

import dev.discretizer.discretize.DiscretizedLayer;
import dev.discretizer.service.DiscretizationService;
import dev.discretizer.service.TensorScale;
import dev.discretizer.web.api.Endpoint;
import dev.discretizer.web.api.Fields;
import dev.discretizer.web.api.ResultObjects.NamedTensor;
import org.springframework.stereotype.Controller;

/**
 * The endpoints of tensors and layers, one for each function of sinabs' discretize
 * module. Not a RestController: Spring would then write the results itself, before
 * {@link ApiRequestResolver} is asked.
 */
@Controller
class DiscretizationController {

	private final DiscretizationService service;

	DiscretizationController(DiscretizationService service) {
		this.service = service;
	}

	@Serves(Endpoint.SCALE)
	TensorScale scale(ApiRequest request) {
		return this.service.scale(request.get(Fields.TENSOR), request.tensorName(), request.get(Fields.SCALE_BITS));
	}

	@Serves(Endpoint.SCALAR)
	Long scalar(ApiRequest request) {
		return this.service.scalar(request.get(Fields.VALUE), request.get(Fields.SCALAR_SCALING));
	}

	@Serves(Endpoint.TENSOR)
	NamedTensor tensor(ApiRequest request) {
		return new NamedTensor(request.tensorName(),
				this.service.tensor(request.get(Fields.TENSOR), request.tensorName(), request.find(Fields.SCALING),
						request.find(Fields.BITS), request.get(Fields.TO_INT), request.answer().carriesReport(),
						request.get(Fields.HISTOGRAM)));
	}

	@Serves(Endpoint.CONV)
	DiscretizedLayer conv(ApiRequest request) {
		return this.service.layer(LayerBinding.layer(request), LayerBinding.options(request));
	}

	@Serves(Endpoint.SPIKE)
	DiscretizedLayer spike(ApiRequest request) {
		return this.service.layer(LayerBinding.layer(request), LayerBinding.options(request));
	}

	@Serves(Endpoint.CONV_SPIKE)
	DiscretizedLayer convSpike(ApiRequest request) {
		return this.service.layer(LayerBinding.layer(request), LayerBinding.options(request));
	}

}
