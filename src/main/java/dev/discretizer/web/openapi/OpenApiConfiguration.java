package dev.discretizer.web.openapi;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

import dev.discretizer.web.api.Endpoint;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.servers.Server;
import io.swagger.v3.oas.models.tags.Tag;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The API's document at {@code /v3/api-docs}, equal to {@code openapi/openapi.yaml}. All
 * of it is made from the declarations of {@code web.api}. springdoc serves it and adds no
 * operations, since the controllers' methods have no annotations of Spring's.
 */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

	/**
	 * Makes the whole document. springdoc runs customizers in no fixed order, so this one
	 * applies the customizers of other packages again to its result.
	 * @param all customizers, this one included
	 */
	@Bean
	OpenApiCustomizer declaredDocument(ObjectProvider<BuildProperties> build, ObjectProvider<OpenApiCustomizer> all) {
		return new OpenApiCustomizer() {
			@Override
			public void customise(OpenAPI document) {
				make(document);
				build.ifAvailable((properties) -> document.getInfo().setVersion(properties.getVersion()));
				all.stream().filter((other) -> other != this).forEach((other) -> other.customise(document));
			}
		};
	}

	private static void make(OpenAPI document) {
		document.setInfo(info());
		document.setServers(List.of(new Server().url("/")));
		document.setSecurity(List.of());
		document.setTags(tags());
		document.setPaths(paths());
		components(document);
	}

	private static Info info() {
		Info info = new Info();
		info.setTitle(Introduction.TITLE);
		info.setSummary(Introduction.SUMMARY);
		info.setDescription(Introduction.DESCRIPTION);
		return info;
	}

	private static List<Tag> tags() {
		return Arrays.stream(Endpoint.Tag.values())
			.map((tag) -> new Tag().name(tag.label()).description(tag.words()))
			.toList();
	}

	/**
	 * The paths: networks first, then layers and tensors, then endpoints without a body.
	 */
	private static Paths paths() {
		Examples examples = Examples.load();
		Paths paths = new Paths();
		Arrays.stream(Endpoint.values())
			.sorted(Comparator.comparing((Endpoint endpoint) -> endpoint.body() == Endpoint.Body.NONE)
				.thenComparing((endpoint) -> (endpoint.body() == Endpoint.Body.NONE) ? endpoint.ordinal()
						: -endpoint.ordinal()))
			.forEach((endpoint) -> {
				PathItem path = new PathItem();
				path.operation(PathItem.HttpMethod.valueOf(endpoint.method().name()),
						new OperationDescription(endpoint, examples).operation());
				paths.addPathItem(endpoint.path(), path);
			});
		return paths;
	}

	private static void components(OpenAPI document) {
		Components components = document.getComponents();
		RequestComponents.components().forEach(components::addSchemas);
		AnswerComponents.components().forEach(components::addSchemas);
		ProblemComponents.schemas().forEach(components::addSchemas);
		AnswerComponents.headers().forEach(components::addHeaders);
		ProblemComponents.components().forEach(components::addResponses);
	}

}
