package dev.discretizer.config;

import dev.discretizer.budget.ComputePermits;
import dev.discretizer.budget.DrainPeriod;
import dev.discretizer.budget.Limits;
import dev.discretizer.budget.MemoryBudget;
import dev.discretizer.service.DiscretizationService;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Makes the plain objects of the packages that know no Spring.
 */
@Configuration(proxyBeanMethods = false)
class DiscretizerConfiguration {

	@Bean
	Limits limits(LimitsProperties properties) {
		return properties.toLimits();
	}

	@Bean
	MemoryBudget memoryBudget(LimitsProperties properties,
			@Value("${server.tomcat.max-connections}") long maxConnections) {
		return properties.toBudget(maxConnections);
	}

	@Bean
	DrainPeriod drainPeriod(ShutdownProperties properties) {
		return new DrainPeriod(properties.drain());
	}

	@Bean
	ComputePermits computePermits() {
		return ComputePermits.twiceTheCores();
	}

	@Bean
	DiscretizationService discretizationService(ComputePermits permits) {
		return new DiscretizationService(permits);
	}

}
