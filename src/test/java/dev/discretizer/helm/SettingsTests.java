package dev.discretizer.helm;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.Files;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the chart sets arrives as the service's properties, and by default as what they
 * are without it.
 */
class SettingsTests {

	private static final String LIMITS = "dev.discretizer.config.LimitsProperties";

	private static final String SERVER = "dev.discretizer.config.ServerProperties";

	private static final String SECURITY = "dev.discretizer.security.SecurityProperties";

	private static final String CORS = "dev.discretizer.security.CorsProperties";

	@Test
	void limitsArriveAsGiven() {
		Map<String, String> env = Chart.render("""
				limits:
				  body: 3MB
				  inflated: 5MB
				  elements: 2147483639
				  rank: 7
				  tensors: 11
				  header: 13KB
				  jsonDepth: 17
				  bodyMinRate: 19B
				  queueWait: 2300ms
				  memoryShare: 0.625
				  jointElements: 37
				  synops: 6000000000
				  steps: 23
				  recordings: 29
				  simulations: 31
				""").env();
		assertThat(bind("discretizer.limits", LIMITS, env))
			.hasToString("LimitsProperties[body=3145728B, inflated=5242880B, elements=2147483639, rank=7, tensors=11, "
					+ "header=13312B, jsonDepth=17, bodyMinRate=19B, queueWait=PT2.3S, memoryShare=0.625, "
					+ "jointElements=37, synops=6000000000, steps=23, recordings=29, simulations=31, container=null]");
	}

	@Test
	void limitsAreByDefaultTheServices() {
		assertThat(bind("discretizer.limits", LIMITS, Chart.defaults().env()))
			.hasToString(bind("discretizer.limits", LIMITS, Map.of()).toString());
	}

	@Test
	void drainArrivesAsGiven() {
		assertThat(
				bind("discretizer.shutdown", SERVER + "$Shutdown", Chart.render("shutdown: {drainSeconds: 90}").env()))
			.hasToString("Shutdown[drain=PT1M30S]");
	}

	@Test
	void logIsByDefaultTheServices() {
		assertThat(bind("discretizer.log", SERVER + "$Log", Chart.defaults().env()))
			.hasToString(bind("discretizer.log", SERVER + "$Log", Map.of()).toString());
	}

	@Test
	void warmUpIsByDefaultTheImages() throws IOException {
		String variable = "DISCRETIZER_WARMUP_TIME";
		String time = Files.readAllLines(Path.of("Dockerfile"))
			.stream()
			.filter((line) -> line.startsWith("ENV " + variable + "="))
			.map((line) -> line.substring(line.indexOf('=') + 1))
			.findFirst()
			.orElseThrow();
		assertThat(bind("discretizer.warm-up", SERVER + "$WarmUp", Chart.defaults().env()))
			.hasToString(bind("discretizer.warm-up", SERVER + "$WarmUp", Map.of(variable, time)).toString());
	}

	/** A pod that warms up while no client has come yet is no reason for another. */
	@Test
	void warmUpGoesOnWhereProcessorTimeStartsNoPods() {
		Map.of("autoscaling: {enabled: false}", "10s", "autoscaling: {enabled: true}", "0s",
				"{autoscaling: {enabled: true}, warmUp: {idle: 3s}}", "3s")
			.forEach((values, idle) -> assertThat(Chart.render(values).env()).as(values)
				.containsEntry("DISCRETIZER_WARMUP_IDLE", idle));
	}

	@Test
	void keysArriveAsTheirFile() {
		assumeThere(SECURITY);
		String values = "security: {mode: api-key, openDocs: true, apiKey: {existingSecret: s}}";
		assertThat(bind("discretizer.security", SECURITY, Chart.render(values).env()).toString())
			.startsWith("SecurityProperties[mode=API_KEY, openDocs=true, "
					+ "apiKey=ApiKey[file=/etc/discretizer/keys/keys, 0 keys]");
		assertThat(bind("discretizer.security", SECURITY, Chart.defaults().env()))
			.hasToString(bind("discretizer.security", SECURITY, Map.of()).toString());
	}

	@Test
	void whatTokensMustBeArrivesAsGiven() {
		assumeThere(SECURITY);
		String values = """
				networkPolicy: {enabled: false}
				security:
				  mode: jwt
				  jwt:
				    issuerUri: https://a.example.com
				    jwkSetUri: https://b.example.com/keys
				    audiences: [c, d]
				    algorithms: [ES256, PS512]
				    clockSkew: 7s
				    scope: e
				    clientIds: [f, g]
				""";
		assertThat(bind("discretizer.security", SECURITY, Chart.render(values).env()).toString()).contains("mode=JWT",
				"jwt=Jwt[issuerUri=https://a.example.com, jwkSetUri=https://b.example.com/keys, audiences=[c, d], "
						+ "algorithms=[ES256, PS512], clockSkew=PT7S, scope=e, clientIds=[f, g]]");
	}

	@Test
	void tokensAreByDefaultCheckedAsTheServiceDoes() {
		assumeThere(SECURITY);
		String values = """
				networkPolicy: {enabled: false}
				security: {mode: jwt, jwt: {issuerUri: 'https://a.example.com', audiences: [b]}}
				""";
		Map<String, String> least = Map.of("DISCRETIZER_SECURITY_MODE", "jwt", "DISCRETIZER_SECURITY_JWT_ISSUERURI",
				"https://a.example.com", "DISCRETIZER_SECURITY_JWT_AUDIENCES", "b");
		assertThat(bind("discretizer.security", SECURITY, Chart.render(values).env()))
			.hasToString(bind("discretizer.security", SECURITY, least).toString());
	}

	@Test
	void originsArriveAsGiven() {
		assumeThere(CORS);
		String values = "cors: {allowedOrigins: ['https://a.example.com', 'http://localhost:3000']}";
		assertThat(bind("discretizer.cors", CORS, Chart.render(values).env()).toString())
			.contains("allowedOrigins=[https://a.example.com, http://localhost:3000]");
	}

	private static void assumeThere(String type) {
		try {
			Class.forName(type);
		}
		catch (ClassNotFoundException ex) {
			Assumptions.abort(type + " is not there yet");
		}
	}

	/** As Spring Boot binds the environment of a process. */
	private static Object bind(String prefix, String type, Map<String, String> env) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().forEach((source) -> environment.getPropertySources().remove(source.getName()));
		PropertySource<?> source = new SystemEnvironmentPropertySource(
				StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Collections.unmodifiableMap(env));
		environment.getPropertySources().addLast(source);
		environment.getPropertySources().addLast(new MapPropertySource("none", Map.of()));
		try {
			return new Binder(ConfigurationPropertySources.from(environment.getPropertySources())).bindOrCreate(prefix,
					Bindable.of(Class.forName(type)));
		}
		catch (ClassNotFoundException ex) {
			throw new AssertionError(ex);
		}
	}

	/** Whatever is switched on, no variable goes astray. */
	@Test
	void everyVariableIsAPropertyThatThereIs() throws IOException {
		Set<String> known = known();
		assertThat(known).contains("SERVER_TOMCAT_MAXCONNECTIONS", "DISCRETIZER_LIMITS_BODYMINRATE");
		for (String values : ChartTests.SWITCHES.values()) {
			Set<String> names = new TreeSet<>(Chart.render(values).env().keySet());
			names.removeAll(Set.of("JDK_JAVA_OPTIONS", "A"));
			assertThat(names).allMatch((name) -> known.contains(name) || name.startsWith("SPRING_SSL_BUNDLE_PEM_WEB_")
					|| isNotThereYet(name), "one of the service");
		}
	}

	private static boolean isNotThereYet(String name) {
		boolean isThere;
		try {
			Class.forName(SECURITY);
			isThere = true;
		}
		catch (ClassNotFoundException ex) {
			isThere = false;
		}
		return !isThere && (name.startsWith("DISCRETIZER_SECURITY_") || name.startsWith("DISCRETIZER_CORS_")
				|| name.startsWith("MANAGEMENT_"));
	}

	/**
	 * Names of variables for all properties: Spring Boot's and its libraries', and ours.
	 */
	private static Set<String> known() throws IOException {
		Set<String> known = new TreeSet<>();
		for (URL metadata : Collections
			.list(SettingsTests.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
			try (InputStream in = metadata.openStream()) {
				for (JsonElement property : JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8))
					.getAsJsonObject()
					.getAsJsonArray("properties")) {
					known.add(variable(Manifests.text(property, "name")));
				}
			}
		}
		for (Map.Entry<String, String> type : Map
			.of("DISCRETIZER_LIMITS", LIMITS, "DISCRETIZER", SERVER, "DISCRETIZER_SECURITY", SECURITY,
					"DISCRETIZER_CORS", CORS)
			.entrySet()) {
			try {
				addComponents(type.getKey(), Class.forName(type.getValue()), known);
			}
			catch (ClassNotFoundException ex) {
				assertThat(type.getValue()).contains(".security.");
			}
		}
		return known;
	}

	private static void addComponents(String prefix, Class<?> type, Set<String> known) {
		for (RecordComponent component : type.getRecordComponents()) {
			String name = prefix + "_" + component.getName().toUpperCase(Locale.ROOT);
			known.add(name);
			if (component.getType().isRecord()) {
				addComponents(name, component.getType(), known);
			}
		}
	}

	private static String variable(String property) {
		return property.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
	}

	/** What the chart sets of application.yaml is what stands there. */
	@Test
	void settingsOfTheServicesOwnFileAreTheSame() {
		YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
		yaml.setResources(new ClassPathResource("application.yaml"));
		Properties application = Objects.requireNonNull(yaml.getObject());
		Map<String, String> env = Chart.defaults().env();
		Set<String> same = new TreeSet<>();
		application.forEach((name, value) -> {
			String set = env.get(variable(String.valueOf(name)));
			if (set != null) {
				assertThat(set).as(String.valueOf(name)).isEqualTo(String.valueOf(value));
				same.add(String.valueOf(name));
			}
		});
		assertThat(same).containsAll(
				List.of("server.tomcat.max-connections", "server.tomcat.threads.max", "springdoc.api-docs.enabled"));
	}

	@Test
	void largeNumbersAreWrittenInFull() {
		assertThat(Chart.render("limits: {elements: 67108864, maxConnections: 1000000}").env())
			.containsEntry("DISCRETIZER_LIMITS_ELEMENTS", "67108864")
			.containsEntry("SERVER_TOMCAT_MAXCONNECTIONS", "1000000");
	}

}
