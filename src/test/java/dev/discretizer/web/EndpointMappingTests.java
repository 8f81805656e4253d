package dev.discretizer.web;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import dev.discretizer.web.api.BehaviourObjects;
import dev.discretizer.web.api.ComparisonObjects;
import dev.discretizer.web.api.DeviceObjects;
import dev.discretizer.web.api.Endpoint;
import dev.discretizer.web.api.ResultObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.web.context.support.StaticWebApplicationContext;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That controllers serve what is declared.
 */
class EndpointMappingTests {

	private static final List<Class<?>> CONTROLLERS = List.of(DiscretizationController.class, NetworkController.class,
			BehaviourController.class, DeviceController.class);

	private static Map<Endpoint, Method> served() {
		Map<Endpoint, Method> served = new EnumMap<>(Endpoint.class);
		for (Class<?> controller : CONTROLLERS) {
			for (Method method : controller.getDeclaredMethods()) {
				Serves serves = method.getAnnotation(Serves.class);
				if (serves != null) {
					assertThat(served.put(serves.value(), method)).as(method.getName()).isNull();
				}
			}
		}
		return served;
	}

	@Test
	void everyEndpointIsServedOnce() {
		assertThat(served()).containsOnlyKeys(Endpoint.values());
	}

	@ParameterizedTest
	@EnumSource
	void aMethodIsMappedToItsEndpoint(Endpoint endpoint) {
		Method method = Objects.requireNonNull(served().get(endpoint));
		EndpointMapping mapping = new EndpointMapping();
		mapping.setApplicationContext(new StaticWebApplicationContext());
		mapping.afterPropertiesSet();
		RequestMappingInfo info = Objects
			.requireNonNull(mapping.getMappingForMethod(method, method.getDeclaringClass()));
		assertThat(info.getPatternValues()).containsExactly(endpoint.path());
		assertThat(info.getMethodsCondition().getMethods()).extracting(Enum::name)
			.containsExactly(endpoint.method().name());
	}

	/** What the writer relies on where it casts. */
	@ParameterizedTest
	@EnumSource
	void aMethodReturnsWhatItsEndpointsAnswerIsMadeOf(Endpoint endpoint) {
		Method method = Objects.requireNonNull(served().get(endpoint));
		assertThat(method.getGenericReturnType()).isEqualTo(madeOf(endpoint));
	}

	/** The type argument of the constant that the endpoint has. */
	private static Type madeOf(Endpoint endpoint) {
		return Stream.of(ResultObjects.class, ComparisonObjects.class, BehaviourObjects.class, DeviceObjects.class)
			.flatMap((tables) -> Arrays.stream(tables.getFields()))
			.filter((constant) -> value(constant) == endpoint.answer())
			.map((constant) -> ((ParameterizedType) constant.getGenericType()).getActualTypeArguments()[0])
			.findFirst()
			.orElseThrow();
	}

	private static Object value(Field constant) {
		try {
			return constant.get(null);
		}
		catch (IllegalAccessException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
