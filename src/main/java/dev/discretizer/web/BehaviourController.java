package dev.discretizer.web;

import java.util.Objects;

import dev.discretizer.behaviour.SimulationOptions;
import dev.discretizer.behaviour.SimulationResult;
import dev.discretizer.behaviour.simulator.StepClock;
import dev.discretizer.graph.Network;
import dev.discretizer.service.BehaviourService;
import dev.discretizer.tensor.ImpossibleRecordingException;
import dev.discretizer.tensor.ImpossibleRecordingException.Cause;
import dev.discretizer.web.api.Endpoint;
import dev.discretizer.web.api.Fields;
import dev.discretizer.web.api.Format;
import org.springframework.stereotype.Controller;

/**
 * The endpoints that simulate networks.
 */
@Controller
class BehaviourController {

	private final BehaviourService service;

	BehaviourController(BehaviourService service) {
		this.service = service;
	}

	@Serves(Endpoint.SIMULATE)
	SimulationResult simulate(ApiRequest request) {
		boolean everyNeuron = request.answer().type().format() != Format.JSON;
		SimulationOptions how = new SimulationOptions(request.get(Fields.MODES), clock(request),
				request.get(Fields.LABELS), everyNeuron);
		return this.service.simulate(network(request), NetworkController.options(request),
				request.content().recordings(), how, request.means());
	}

	private static Network network(ApiRequest request) {
		return ((Upload.Graph) Objects.requireNonNull(request.network())).network();
	}

	private static StepClock clock(ApiRequest request) {
		Long dt = request.find(Fields.DT);
		if (dt != null && dt < 1) {
			throw new ImpossibleRecordingException(Cause.STEP_LENGTH_IMPOSSIBLE, null, -1, dt.toString(),
					"dt is %d, a time step of at least 1 microsecond is expected".formatted(dt));
		}
		return new StepClock(dt, request.find(Fields.T0));
	}

}
