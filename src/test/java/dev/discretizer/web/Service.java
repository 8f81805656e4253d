package dev.discretizer.web;

import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import dev.discretizer.DiscretizerApplication;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The whole service within a test, with the settings of that test.
 */
final class Service implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private Service(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Starts the service on free ports.
	 * @param arguments of its command line, such as
	 * {@code --discretizer.security.mode=none}
	 */
	static Service start(String... arguments) {
		List<String> all = new ArrayList<>(List.of("--server.port=0", "--management.server.port=0"));
		all.addAll(List.of(arguments));
		return new Service(new SpringApplication(DiscretizerApplication.class).run(all.toArray(String[]::new)));
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	/** The objects of our own that Spring keeps. */
	List<Object> beans() {
		return this.context.getBeansOfType(Object.class)
			.values()
			.stream()
			.filter((bean) -> bean.getClass().getName().startsWith("dev.discretizer"))
			.toList();
	}

	/** The class of Tomcat's protocol on the main port. */
	String protocol() {
		WebServer server = Objects.requireNonNull(((WebServerApplicationContext) this.context).getWebServer());
		return ((TomcatWebServer) server).getTomcat().getConnector().getProtocolHandlerClassName();
	}

	int port() {
		return port("local.server.port");
	}

	int managementPort() {
		return port("local.management.port");
	}

	private int port(String property) {
		return Integer.parseInt(this.context.getEnvironment().getRequiredProperty(property));
	}

	/** A request to the main port that is to discretize one number. */
	HttpRequest.Builder scalar() {
		return new Client(port()).request("/discretize/scalar")
			.header("Content-Type", Client.JSON)
			.POST(HttpRequest.BodyPublishers.ofString("{\"value\":1.0,\"scaling\":2.0}"));
	}

	Reply send(HttpRequest.Builder request) {
		return new Client(port()).send(request);
	}

	/** Reads a path of the main port. */
	Reply get(String path) {
		return send(new Client(port()).at(path).GET());
	}

	/** Reads a path of the actuator. */
	Reply manage(String path) {
		Client management = new Client(managementPort());
		return management.send(management.at(path).GET());
	}

	@Override
	public void close() {
		this.context.close();
	}

}
