package dev.discretizer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/**
 * Starts the service.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
public class DiscretizerApplication {

	public static void main(String[] args) {
		SpringApplication.run(DiscretizerApplication.class, args);
	}

}
