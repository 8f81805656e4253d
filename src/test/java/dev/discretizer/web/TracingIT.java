package dev.discretizer.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Spans of requests reach an OTLP receiver, as parts of the traces that clients began.
 */
@ExtendWith(OutputCaptureExtension.class)
class TracingIT {

	private static final String PARENT = "00f067aa0ba902b7";

	private static final List<ResourceSpans> RECEIVED = new CopyOnWriteArrayList<>();

	private static HttpServer receiver;

	private static Service service;

	@BeforeAll
	static void start() throws IOException {
		receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		receiver.createContext("/v1/traces", (exchange) -> {
			RECEIVED.addAll(ExportTraceServiceRequest.parseFrom(exchange.getRequestBody()).getResourceSpansList());
			exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
			exchange.sendResponseHeaders(200, -1);
			exchange.close();
		});
		receiver.start();
		service = Service.start(
				"--management.opentelemetry.tracing.export.otlp.endpoint=http://127.0.0.1:%d/v1/traces"
					.formatted(receiver.getAddress().getPort()),
				"--management.opentelemetry.tracing.export.schedule-delay=100ms", "--discretizer.log.requests=true",
				"--management.tracing.export.enabled=true");
	}

	@AfterAll
	static void stop() {
		service.close();
		receiver.stop(0);
	}

	@Test
	void spanIsPartOfTheClientsTrace(CapturedOutput output) {
		String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
		service
			.send(service.scalar()
				.header("traceparent", "00-%s-%s-01".formatted(trace, PARENT))
				.header("tracestate", "vendor=1")
				.header("X-Request-Id", "traced-1"))
			.ok();
		Span span = await(trace);
		assertThat(hex(span.getParentSpanId())).isEqualTo(PARENT);
		assertThat(hex(span.getSpanId())).isNotEqualTo(PARENT).hasSize(16);
		assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
		assertThat(span.getName()).contains("/api/v1/discretize/scalar");
		assertThat(attributes(span)).containsEntry("status", "200").containsEntry("method", "POST");
		assertThat(RECEIVED.getFirst().getResource().getAttributesList())
			.anySatisfy((attribute) -> assertThat(attribute.getKey() + "=" + attribute.getValue().getStringValue())
				.isEqualTo("service.name=discretizer"));
		// The line is written after the answer was sent.
		Traffic.until(() -> output.getAll().contains("request_id=traced-1"));
		assertThat(output.getAll()).containsPattern("request_id=traced-1 .* trace_id=" + trace);
	}

	@Test
	void refusedRequestHasASpanToo() {
		String trace = "5bf92f3577b34da6a3ce929d0e0e4736";
		service
			.send(new Client(service.port()).request("/nothing")
				.header("traceparent", "00-%s-%s-01".formatted(trace, PARENT))
				.GET())
			.problem(404, "not-found");
		assertThat(attributes(await(trace))).containsEntry("status", "404");
	}

	/** Who began the trace has decided. */
	@Test
	void traceThatIsNotSampledIsNotExported() {
		String silent = "6bf92f3577b34da6a3ce929d0e0e4736";
		String loud = "7bf92f3577b34da6a3ce929d0e0e4736";
		service.send(service.scalar().header("traceparent", "00-%s-%s-00".formatted(silent, PARENT))).ok();
		service.send(service.scalar().header("traceparent", "00-%s-%s-01".formatted(loud, PARENT))).ok();
		await(loud);
		assertThat(spans()).extracting((span) -> hex(span.getTraceId())).doesNotContain(silent);
	}

	@Test
	void noSpanTellsASecretOrWhatWasSent() {
		String trace = "8bf92f3577b34da6a3ce929d0e0e4736";
		service
			.send(new Client(service.port()).request("/scale?bits=9")
				.header("traceparent", "00-%s-%s-01".formatted(trace, PARENT))
				.header("Authorization", "Bearer very-secret")
				.header("baggage", "carried=along")
				.header("Content-Type", Client.JSON)
				.POST(HttpRequest.BodyPublishers.ofString("{\"tensor\":[0.123456789]}")))
			.ok();
		assertThat(await(trace).toString()).doesNotContain("very-secret", "0.1234", "carried");
	}

	@Test
	void withoutAnEndpointThereIsNoTracing() {
		try (Service untraced = Service.start()) {
			assertThatExceptionOfType(NoSuchBeanDefinitionException.class)
				.isThrownBy(() -> untraced.bean(Tracer.class));
			untraced.send(untraced.scalar()).ok();
		}
	}

	private static Span await(String trace) {
		for (int i = 0; i < 300; i++) {
			for (Span span : spans()) {
				if (hex(span.getTraceId()).equals(trace)) {
					return span;
				}
			}
			LockSupport.parkNanos(100_000_000);
		}
		throw new AssertionError("no span of trace " + trace + " within 30 s");
	}

	private static List<Span> spans() {
		return RECEIVED.stream()
			.flatMap((resource) -> resource.getScopeSpansList().stream())
			.flatMap((scope) -> scope.getSpansList().stream())
			.toList();
	}

	private static Map<String, String> attributes(Span span) {
		return span.getAttributesList()
			.stream()
			.collect(Collectors.toMap(KeyValue::getKey, (attribute) -> attribute.getValue().getStringValue()));
	}

	private static String hex(ByteString bytes) {
		return HexFormat.of().formatHex(bytes.toByteArray());
	}

}
