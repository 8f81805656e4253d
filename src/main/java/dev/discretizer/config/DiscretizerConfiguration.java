package dev.discretizer.config;

import java.util.Map;

import dev.discretizer.budget.ComputePermits;
import dev.discretizer.budget.HeapPlan;
import dev.discretizer.budget.Limits;
import dev.discretizer.budget.MemoryBudget;
import dev.discretizer.budget.SimulationPermits;
import dev.discretizer.service.BehaviourService;
import dev.discretizer.service.DiscretizationService;
import dev.discretizer.web.server.ServerSettings;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.config.MeterFilter;
import org.springframework.boot.tomcat.autoconfigure.TomcatServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Creates the plain objects of the packages that do not know Spring.
 */
@Configuration(proxyBeanMethods = false)
class DiscretizerConfiguration {

	@Bean
	static PropertyCheck propertyCheck(ConfigurableEnvironment environment) {
		return new PropertyCheck(environment);
	}

	@Bean
	Limits limits(LimitsProperties properties) {
		return properties.toLimits();
	}

	@Bean
	HeapPlan heapPlan(LimitsProperties properties, TomcatServerProperties tomcat) {
		return properties.toHeapPlan(tomcat.getMaxConnections(), tomcat.getThreads().getMax());
	}

	@Bean
	MemoryBudget memoryBudget(HeapPlan plan) {
		return new MemoryBudget(plan.requests());
	}

	/** Metrics of the memory of requests. */
	@Bean
	MeterBinder memoryMetrics(MemoryBudget memory) {
		return (registry) -> {
			Gauge.builder("discretizer.memory.capacity", memory, MemoryBudget::capacity)
				.description("What all requests together may hold")
				.baseUnit(BaseUnits.BYTES)
				.register(registry);
			Gauge.builder("discretizer.memory.used", memory, MemoryBudget::used)
				.description("What requests hold now")
				.baseUnit(BaseUnits.BYTES)
				.register(registry);
			Gauge.builder("discretizer.memory.waiting", memory, MemoryBudget::waiting)
				.description("Requests that wait for memory now")
				.register(registry);
			FunctionCounter.builder("discretizer.memory.refused", memory, MemoryBudget::refused)
				.description("Requests refused for lack of memory")
				.register(registry);
		};
	}

	/**
	 * Says what Spring's metrics of requests are, which have no help text of their own.
	 */
	@Bean
	MeterFilter helpTextsOfRequests() {
		Map<String, String> texts = Map.of("http.server.requests",
				"Time from the first byte of a request to the last of its answer", "http.server.requests.active",
				"Time that requests being served have taken");
		return new MeterFilter() {
			@Override
			public Meter.Id map(Meter.Id id) {
				String text = texts.get(id.getName());
				return (text != null) ? new Meter.Id(id.getName(), Tags.of(id.getTagsAsIterable()), id.getBaseUnit(),
						text, id.getType()) : id;
			}
		};
	}

	@Bean
	ServerSettings serverSettings(ServerProperties properties) {
		return properties.toSettings();
	}

	@Bean
	ComputePermits computePermits() {
		return ComputePermits.twiceTheCores();
	}

	@Bean
	DiscretizationService discretizationService(ComputePermits permits) {
		return new DiscretizationService(permits);
	}

	@Bean
	SimulationPermits simulationPermits(Limits limits) {
		return new SimulationPermits(limits.simulation().atOnce(), limits.queueWait());
	}

	/** Metrics of the requests that simulate. */
	@Bean
	MeterBinder simulationMetrics(SimulationPermits permits) {
		return (registry) -> {
			Gauge.builder("discretizer.simulations.running", permits, SimulationPermits::running)
				.description("Requests that simulate now")
				.register(registry);
			Gauge.builder("discretizer.simulations.waiting", permits, SimulationPermits::waiting)
				.description("Requests that wait for their turn to simulate now")
				.register(registry);
		};
	}

	@Bean
	BehaviourService behaviourService(SimulationPermits permits) {
		return new BehaviourService(permits);
	}

}
