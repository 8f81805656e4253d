package dev.discretizer.web;

import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The limit on what a simulation may cost. One run of the example by events adds 40419
 * weights by the twin too, one by steps some 36400; the table of docs/behaviour.md adds
 * as much again.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "discretizer.limits.synops=400000")
class SimulatedWorkIT {

	private final Client client;

	SimulatedWorkIT(@LocalServerPort int port) {
		this.client = new Client(port);
	}

	private Reply post(String path, int recordings) {
		Form form = new Form().file("network", "tiny.nir", SimulateIT.example("tiny.nir"));
		for (int i = 0; i < recordings; i++) {
			form.file("recording", "right.npz", SimulateIT.example("recording-right.npz"));
		}
		return this.client.post(path + "?dt=5000", form.contentType(), form.body());
	}

	@Test
	void allModesAndRecordingsCount() {
		Json answer = post("/simulate", 1).ok().json();
		assertThat(answer.get("synops", "integer_event").integer()).isEqualTo(40419);
		refused(post("/simulate", 2));
		this.client.assertServes();
	}

	/** The run by steps and the one before would do: the candidates are too many. */
	@Test
	void allCandidatesCount() {
		refused(post("/calibrate", 1));
		this.client.assertServes();
	}

	private static void refused(Reply reply) {
		assertThat(reply.problem(413, "limit-exceeded").get("detail").text()).contains("the simulations",
				"at most 400000", "discretizer.limits.synops");
	}

}
