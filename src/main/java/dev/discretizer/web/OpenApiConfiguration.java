package dev.discretizer.web;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.servers.Server;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The API's document at {@code /v3/api-docs}, equal to {@code openapi/openapi.yaml}.
 * springdoc finds the operations; what they are is said by {@link OpenApiOperation},
 * since controllers here have neither parameters nor return types that tell.
 */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

	static {
		SpringDocUtils.getConfig().addRequestWrapperToIgnore(ApiRequest.class).addResponseTypeToIgnore(Answer.class);
	}

	@Bean
	OperationCustomizer operationCustomizer() {
		return (operation, method) -> {
			Accepts accepts = method.getMethodAnnotation(Accepts.class);
			if (accepts != null) {
				new OpenApiOperation(accepts.value(), Examples.load()).describe(operation);
			}
			switch (method.getMethod().getName()) {
				case "devices" -> OpenApiDevices.describeAll(operation);
				case "namedDevice" -> OpenApiDevices.describeOne(operation);
				default -> {
				}
			}
			return operation;
		};
	}

	@Bean
	OpenApiCustomizer openApiCustomizer(ObjectProvider<BuildProperties> build) {
		return (document) -> {
			Info info = new Info();
			info.setTitle("Discretizer");
			info.setSummary("sinabs' discretize module for DYNAP-CNN and Speck chips, explained");
			info.setDescription(OpenApiWords.API);
			build.ifAvailable((properties) -> info.setVersion(properties.getVersion()));
			document.setInfo(info);
			document.setServers(List.of(new Server().url("/")));
			if (document.getSecurity() == null) {
				// Else that of the mode in force is there already.
				document.setSecurity(List.of());
			}
			document.setTags(OpenApiWords.tags());
			document.setPaths(sorted(document.getPaths()));
			components(document);
		};
	}

	private static void components(OpenAPI document) {
		Components components = document.getComponents();
		OpenApiRequests.components().forEach(components::addSchemas);
		OpenApiAnswers.components().forEach(components::addSchemas);
		OpenApiProblems.schemas().forEach(components::addSchemas);
		OpenApiAnswers.headers().forEach(components::addHeaders);
		OpenApiProblems.components().forEach(components::addResponses);
	}

	/** Whole layers first; endpoints that have no {@link Endpoint} last. */
	private static Paths sorted(Paths paths) {
		List<String> ids = Arrays.stream(Endpoint.values()).map((endpoint) -> OpenApiWords.of(endpoint).id()).toList();
		Comparator<Map.Entry<String, PathItem>> order = Comparator
			.comparingInt((Map.Entry<String, PathItem> path) -> -rank(path.getValue(), ids))
			.thenComparing(Map.Entry::getKey);
		Paths sorted = new Paths();
		paths.entrySet().stream().sorted(order).forEach((path) -> sorted.addPathItem(path.getKey(), path.getValue()));
		return sorted;
	}

	private static int rank(PathItem path, List<String> ids) {
		Operation post = path.getPost();
		return (post != null) ? ids.indexOf(post.getOperationId()) : -1;
	}

}
