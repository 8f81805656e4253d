package dev.discretizer.web;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

import dev.discretizer.behaviour.SimulationOptions;
import dev.discretizer.behaviour.SimulationResult;
import dev.discretizer.behaviour.simulator.StepClock;
import dev.discretizer.graph.Network;
import dev.discretizer.graph.Plan;
import dev.discretizer.graph.UnsupportedNetworkException;
import dev.discretizer.service.BehaviourService;
import dev.discretizer.service.BehaviourService.PlannedNetwork;
import dev.discretizer.service.CalibratedNetwork;
import dev.discretizer.tensor.ImpossibleRecordingException;
import dev.discretizer.tensor.ImpossibleRecordingException.Cause;
import dev.discretizer.web.api.Endpoint;
import dev.discretizer.web.api.Fields;
import dev.discretizer.web.api.Format;
import dev.discretizer.web.api.JsonType;
import dev.discretizer.web.api.RequestField;
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
		boolean everyNeuron = request.answer().type().format() != Format.JSON || Origins.isWanted(request);
		SimulationOptions how = new SimulationOptions(request.get(Fields.MODES), clock(request),
				request.get(Fields.LABELS), everyNeuron);
		return this.service.simulate(network(request), NetworkController.options(request),
				request.content().recordings(), how, request.means());
	}

	@Serves(Endpoint.CALIBRATE)
	CalibratedNetwork calibrate(ApiRequest request) {
		return this.service.calibrate(network(request), NetworkController.options(request),
				request.content().recordings(), clock(request), request.get(Fields.LABELS), otherOptions(request),
				request.answer().type().format() == Format.HDF5, request.means());
	}

	/** The options of the request that discretizing takes too, as a part of a query. */
	private static String otherOptions(ApiRequest request) {
		StringBuilder query = new StringBuilder();
		for (RequestField<?> field : Fields.OF_SIMULATED_NETWORKS) {
			Object value = request.values().get(field.name(), Object.class);
			if (value instanceof Map<?, ?> numbers && field != Fields.MIN_V_MEM_OF) {
				numbers.forEach((name, number) -> append(((JsonType.MapOf<?>) field.type()).prefix() + "." + name,
						number, query));
			}
			else if (value != null && field != Fields.MIN_V_MEM_OF && field != Fields.NETWORK_MIN_V_MEM) {
				append(field.name(), value, query);
			}
		}
		return query.toString();
	}

	private static void append(String name, Object value, StringBuilder dest) {
		dest.append('&')
			.append(URLEncoder.encode(name, StandardCharsets.UTF_8))
			.append('=')
			.append(URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
	}

	/**
	 * The network of the request.
	 * @throws UnsupportedNetworkException as {@link Plan#of}, if it was not planned
	 * because a chip does not support it
	 */
	static PlannedNetwork network(ApiRequest request) {
		Network graph = ((Upload.Graph) Objects.requireNonNull(request.network())).network();
		Plan plan = request.content().plan();
		return new PlannedNetwork(graph, (plan != null) ? plan : Plan.of(graph, request.get(Fields.R)));
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
